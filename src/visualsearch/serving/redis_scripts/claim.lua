-- Takes over one job of a worker that has stopped renewing its lease: {entry, id, times it was taken}, or nothing.
-- KEYS: stream. ARGV: group, worker, milliseconds that a lease lasts.
local cursor = '0-0'
repeat
  local claimed = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], cursor, 'COUNT', 1)
  cursor = claimed[1]
  for _, found in ipairs(claimed[2]) do
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1], found[1], found[1], 1)
    return {found[1], found[2][2], pending[1][4]}
  end
until cursor == '0-0'
return {}
