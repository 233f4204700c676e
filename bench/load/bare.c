/* What the kernel alone asks for: a loop of write() of one frame to many loopback sockets, which a child reads empty.
 *
 * Usage: bare SOCKETS FRAME_BYTES ROUNDS RATE, which is rounds a second: after a longer pause a write costs more. Prints the writer's CPU microseconds, user and system, per write. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void raise_limit(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

static double cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void drain(int sockets, struct sockaddr_in to) {
    static char buffer[1 << 18];
    int watcher = epoll_create1(0);
    for (int i = 0; i < sockets; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(watcher, EPOLL_CTL_ADD, fd, &e);
    }
    for (;;) {
        struct epoll_event events[256];
        int n = epoll_wait(watcher, events, 256, -1);
        for (int i = 0; i < n; i++)
            if (read(events[i].data.fd, buffer, sizeof buffer) <= 0) exit(0);
    }
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    int sockets = atoi(argv[1]), size = atoi(argv[2]), rounds = atoi(argv[3]), one = 1;
    long pause = 1e9 / atof(argv[4]);
    struct timespec between = {pause / 1000000000, pause % 1000000000};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    raise_limit();
    int door = socket(AF_INET, SOCK_STREAM, 0), *fds = calloc(sockets, sizeof *fds);
    char *frame = malloc(size);
    memset(frame, 'x', size);
    if (bind(door, (struct sockaddr *)&at, sizeof at) < 0 || listen(door, 1024) < 0) die("listen");
    getsockname(door, (struct sockaddr *)&at, &length);
    pid_t reader = fork();
    if (!reader) drain(sockets, at);
    for (int i = 0; i < sockets; i++) {
        if ((fds[i] = accept(door, NULL, NULL)) < 0) die("accept");
        setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    double used = 0;
    for (int round = 0; round < rounds; round++) {
        double before = cpu();
        for (int i = 0; i < sockets; i++)
            if (write(fds[i], frame, size) != size) die("write");
        used += cpu() - before;
        nanosleep(&between, NULL);
    }
    printf("%.3f\n", used * 1e6 / ((double)rounds * sockets));
    kill(reader, SIGKILL);
    waitpid(reader, NULL, 0);
    return 0;
}
