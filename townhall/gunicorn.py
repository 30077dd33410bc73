"""How the web server runs the site; the address it binds to comes from the command line."""

workers = 2
worker_class = "gthread"
threads = 4
preload_app = True  # the workers share what the master loaded
control_socket_disable = True
