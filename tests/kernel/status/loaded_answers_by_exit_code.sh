run 1 aakit status --loaded small
run 0 aakit load /profiles/small
run 0 aakit status --loaded small
run 1 aakit status --loaded smal
# A path is not a name.
run 2 aakit status --loaded /profiles/small
said 'is a file, and no profile of that name is loaded'
run 0 aakit status
said '1 profile in enforce mode'
run 0 aakit load --replace --complain /profiles/small
run 0 aakit status
said '1 profile in complain mode'
run 0 aakit load --remove small
run 1 aakit status --loaded small
