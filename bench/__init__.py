"""What is measured: a real server process, real sockets, and the server's own CPU time per unit of work."""
