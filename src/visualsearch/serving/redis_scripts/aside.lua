-- Keeps what was asked by a job that workers died of, for the operator to look at.
-- KEYS: stream of jobs set aside. ARGV: how many are kept, id, error, query.
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'job', ARGV[2], 'error', ARGV[3], 'query', ARGV[4])
