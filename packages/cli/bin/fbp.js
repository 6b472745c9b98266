#!/usr/bin/env node
import "../dist/fbp.js";
