# "From a template to a confined container", as a newcomer types it; `web` is then the name that a container is given.
run 0 aakit render docker-default
said 'profile "docker-default" flags=(attach_disconnected, mediate_deleted) {'
silent 'sh[^m]**} w,'
run 0 aakit render --hardened docker-default
said 'sh[^m]**} w,'
absent web
run 0 aakit load --template docker-default --name web
said 'web (enforce): added'
listed web enforce
cp /profiles/small /tmp/my.profile
run 0 aakit load --replace /tmp/my.profile
said 'small (enforce): added'
# The file is not the name: a container that is given `my.profile` does not start.
run 2 aakit status --loaded /tmp/my.profile
run 0 aakit status --loaded web
sleeper web
denied web sh -c 'echo h > /proc/sysrq-trigger'
run 0 aakit status
said 'web'
run 0 aakit status --doctor
silent missing
