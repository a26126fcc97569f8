-- Counts {jobs that wait, jobs in work, workers that live, the newest change that all of them know}.
-- KEYS: stream, workers. ARGV: group, milliseconds that a lease lasts.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local alive, change = 0, -1
local told = redis.call('HGETALL', KEYS[2])
for place = 1, #told, 2 do
  local at, known = string.match(told[place + 1], '(%d+) (%d+)')
  if tonumber(at) + tonumber(ARGV[2]) < now then
    -- It is dead, and forgotten once others have taken over what it had in hand.
    if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, told[place]) == 0 then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], told[place])
      redis.call('HDEL', KEYS[2], told[place])
    end
  else
    alive = alive + 1
    change = change < 0 and tonumber(known) or math.min(change, tonumber(known))
  end
end
local in_work = redis.call('XPENDING', KEYS[1], ARGV[1])[1]
return {redis.call('XLEN', KEYS[1]) - in_work, in_work, alive, change}
