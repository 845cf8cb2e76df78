# A web server in a container, as tutorials print such profiles. It is full of mistakes, on purpose: see what
# `aakit lint examples/httpd.profile` says to each of them.
/usr/sbin/httpd {

  capability net_bind_service,
  capability setuid,
  capability setgid,

  # the site and its configuration
  /srv/www/** r,
  /etc/httpd/** r,

  # logs and run-time files
  /var/log/httpd/*.log w,
  /run/httpd/httpd.pid rw,

  # let the server be reached on port 80 only
  network tcp,

  # scripts of the site
  /usr/bin/python3 ix,

  # whatever else is needed
  /** ix,

  # and nothing of the system
  deny /bin/**,
  deny /sbin/**,
  deny /usr/**,
  deny /root/** rwx
}
