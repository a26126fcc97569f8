-- Takes a worker off the list that has ended what it had in hand.
-- KEYS: workers, stream. ARGV: group, worker.
redis.call('HDEL', KEYS[1], ARGV[2])
if #redis.call('XPENDING', KEYS[2], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[2], ARGV[1], ARGV[2])
end
