/**
 * What runs inside of Redis (from version 5) or Valkey. It knows nothing of breakers: it adds up counts, and puts one
 * text in the place of another if that still stands there. Whatever else is found in a field is taken for nothing.
 * All keys of a script are in one slot of a cluster.
 */
import { RECORD_BYTES } from "./board.ts";

/** A window has few buckets: what is longer was not written here. */
const COUNTS_BYTES = 4096;

/**
 * KEYS: the policy's hash; the mark of the writer's last batch.
 * ARGV: how long both are kept (ms), the batch, how many paths, the paths, then for each window: its id, the width of a
 * bucket, 1 where buckets are of calls, how many buckets count, its tag, and calls, first and second to add.
 * Gives: the time (ms), the record of each path or an empty text, the three counts of each window; all as texts.
 */
export const EXCHANGE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local again = redis.call('GET', KEYS[2]) == ARGV[2]
local reply = { string.format('%.0f', now) }
local paths = tonumber(ARGV[3])
for path = 4, 3 + paths do
  local record = redis.call('HGET', KEYS[1], 'b:' .. ARGV[path])
  if not record or #record > ${RECORD_BYTES} then record = '' end
  reply[#reply + 1] = record
end
local function count(value)
  return type(value) == 'number' and value >= 0 and value <= 9007199254740991
end
local function counted(text)
  if not text or #text > ${COUNTS_BYTES} then return nil end
  local ok, value = pcall(cjson.decode, text)
  if not ok or type(value) ~= 'table' then return nil end
  if not count(value.t) or not count(value.n) or type(value.b) ~= 'table' then return nil end
  return value
end
local told = false
for at = 4 + paths, #ARGV, 8 do
  local field = 'c:' .. ARGV[at]
  local width, slots, tag = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  local add = { tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7]) }
  if add[1] > 0 then told = true end
  local window = counted(redis.call('HGET', KEYS[1], field))
  if not window or window.t < tag then window = { t = tag, n = 0, b = {} } end
  local sum = { 0, 0, 0 }
  if window.t == tag then
    local adds = add[1] > 0 and not again
    if adds then window.n = window.n + add[1] end
    local clock = now
    if ARGV[at + 2] == '1' then clock = window.n - 1 end
    local head = math.floor(clock / width)
    local kept = {}
    for _, bucket in ipairs(window.b) do
      if type(bucket) == 'table' and count(bucket[1]) and count(bucket[2]) and count(bucket[3]) and count(bucket[4])
        and bucket[1] > head - slots and bucket[1] <= head then
        kept[#kept + 1] = bucket
      end
    end
    if adds then
      local last = kept[#kept]
      if not last or last[1] ~= head then
        last = { head, 0, 0, 0 }
        kept[#kept + 1] = last
      end
      for each = 1, 3 do last[each + 1] = last[each + 1] + add[each] end
      window.b = kept
      redis.call('HSET', KEYS[1], field, cjson.encode(window))
    end
    for _, bucket in ipairs(kept) do
      for each = 1, 3 do sum[each] = sum[each] + bucket[each + 1] end
    end
  end
  for each = 1, 3 do reply[#reply + 1] = string.format('%.0f', sum[each]) end
end
if told then redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return reply
`;

/**
 * KEYS: the policy's hash. ARGV: how long it is kept (ms), the path, the record that is expected (empty: none), the next.
 * Gives 1 where it was replaced.
 */
export const REPLACE = `
local record = redis.call('HGET', KEYS[1], 'b:' .. ARGV[2])
if not record or #record > ${RECORD_BYTES} then record = '' end
if record ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'b:' .. ARGV[2], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`;
