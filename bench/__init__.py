"""What is measured: real server processes, real sockets, and the servers' own CPU time per unit of work."""
