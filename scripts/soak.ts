// `npm run soak -- [--minutes 10] [--rate 1000]`: requests on real sockets against a faulting provider, for as long as one likes.
import "../test/soak/main.ts";
