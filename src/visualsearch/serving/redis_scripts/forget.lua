-- Drops all kept answers and begins another state of the shop.
-- KEYS: state, kept answers, when they were used. ARGV: name of the new state.
redis.call('SET', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2], KEYS[3])
