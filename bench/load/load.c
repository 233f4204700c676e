/* Many Socket.IO clients in one thread, with as little work for each as the protocol allows.
 *
 * Usage: load PLAN. The plan says whom to connect and what to send (bench/load.py writes it). Then one command a line on
 * standard input: "idle SECONDS" sits still and answers pings, "send" plays the load, "end" leaves. Each is answered by one
 * line on standard output: "attached", "idled", "done", then figures as JSON.
 *
 * Times are taken when bytes leave and arrive here; order, loss and doubles are checked for every single delivery, by the
 * number that each body ends with. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 8192, READ = 1 << 18, PATIENCE_S = 60, EVENTS = 512 };
enum state { WAITING, OPENING, UPGRADED, CONNECTED, ATTACHED };

struct member {
    int fd, room, received;
    enum state state;
    char *token, *rest; /* the start of a frame whose end has not come yet */
    size_t rest_size;
    unsigned char *seen; /* one bit a message */
    uint64_t order;      /* a digest of the numbers in the order they came */
    long last_seq;
};

struct room {
    char id[80];
    int size, *members;
};

static struct member *members;
static struct room *rooms;
static int port, member_count, room_count, window = 64, count, watcher, in_flight, next_to_open, attached;
static double rate, *sent_at, *ack_ms, *delivery_ms;
static char text[LINE], *acked, buffer[READ];
static long acks, refused, deliveries, expected, doubled, unordered, strangers, closed_early;
static double frame_bytes;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *why, ...) {
    va_list list;
    va_start(list, why);
    vfprintf(stderr, why, list);
    va_end(list);
    fputc('\n', stderr);
    exit(1);
}

static void write_all(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {fd, POLLOUT, 0};
            poll(&p, 1, 1000);
        } else if (n < 0) {
            if (errno != EINTR) return; /* gone: reading finds out */
        } else {
            data += n;
            size -= n;
        }
    }
}

/* One masked text frame; the mask is zero, which the protocol allows and costs nothing to apply. */
static void send_text(struct member *m, const char *payload, size_t size) {
    char frame[LINE * 2];
    size_t head;
    frame[0] = (char)0x81;
    if (size < 126) {
        frame[1] = (char)(0x80 | size);
        head = 2;
    } else {
        frame[1] = (char)(0x80 | 126);
        frame[2] = (char)(size >> 8);
        frame[3] = (char)size;
        head = 4;
    }
    memset(frame + head, 0, 4);
    memcpy(frame + head + 4, payload, size);
    write_all(m->fd, frame, head + 4 + size);
}

static void open_member(struct member *m) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char request[512];
    int one = 1, size;
    m->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (m->fd < 0) fail("socket: %s", strerror(errno));
    if (connect(m->fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect: %s", strerror(errno));
    setsockopt(m->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    size = snprintf(request, sizeof request,
                    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                    port);
    write_all(m->fd, request, size);
    fcntl(m->fd, F_SETFL, O_NONBLOCK);
    m->state = OPENING;
    in_flight++;
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = m - members};
    epoll_ctl(watcher, EPOLL_CTL_ADD, m->fd, &e);
}

static void open_more(void) {
    while (in_flight < window && next_to_open < member_count) open_member(&members[next_to_open++]);
}

/* Numbers are written in consonants: digits could be taken for somebody's telephone number, and with vowels some would be
 * words that screening knows. */
static const char LETTERS[] = "bcdfghlmnr";

static void spell(long number, char *into) {
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%ld", number);
    for (int i = 0; i < size; i++) into[i] = LETTERS[digits[i] - '0'];
    into[size] = 0;
}

static long spelt(const char *at, const char *end) {
    long number = -1;
    const char *letter;
    for (; at < end && *at && (letter = strchr(LETTERS, *at)); at++) number = (number < 0 ? 0 : number) * 10 + (letter - LETTERS);
    return number;
}

static void take_event(struct member *m, const char *data, size_t size, double when) {
    const char *end = data + size;
    if (!memmem(data, size, "\"message.created\"", 17)) return;
    const char *seq = memmem(data, size, "\"seq\":", 6), *mark = memmem(data, size, "~~", 2);
    long number = mark ? spelt(mark + 2, end) : -1;
    if (!seq || number < 0 || number >= count || number % room_count != m->room) {
        strangers++;
        return;
    }
    long at = strtol(seq + 6, NULL, 10);
    if (at <= m->last_seq) unordered++;
    m->last_seq = at;
    if (m->seen[number / 8] >> (number % 8) & 1) {
        doubled++;
        return;
    }
    m->seen[number / 8] |= 1 << (number % 8);
    m->order = (m->order ^ (uint64_t)(number + 1)) * 1099511628211ULL;
    m->received++;
    frame_bytes += size + (size < 126 ? 2 : 4);
    delivery_ms[deliveries++] = (when - sent_at[number]) * 1000;
}

static void take_ack(const char *data, size_t size, double when) {
    long number = strtol(data + 2, NULL, 10);
    if (number < 0 || number >= count || acked[number]) return;
    acked[number] = 1;
    if (memmem(data, size < 40 ? size : 40, "\"ok\":true", 9)) ack_ms[acks++] = (when - sent_at[number]) * 1000;
    else if (refused++ == 0) fprintf(stderr, "refused: %.*s\n", (int)(size < 300 ? size : 300), data);
}

static void take_frame(struct member *m, const char *data, size_t size, double when) {
    if (size >= 2 && data[0] == '4' && data[1] == '2') {
        if (size > 9 && !memcmp(data + 2, "[\"event\"", 8)) take_event(m, data, size, when);
        else if (size > 9 && !memcmp(data + 2, "[\"heads\"", 8) && m->state != ATTACHED) {
            m->state = ATTACHED;
            attached++;
            in_flight--;
        }
    } else if (size >= 2 && data[0] == '4' && data[1] == '3') {
        take_ack(data, size, when);
    } else if (size >= 2 && data[0] == '4' && data[1] == '4') {
        fail("connect refused: %.*s", (int)size, data);
    } else if (size == 1 && data[0] == '2') {
        send_text(m, "3", 1);
    } else if (size && data[0] == '0') {
        char connect[LINE];
        send_text(m, connect, snprintf(connect, sizeof connect, "40{\"token\":\"%s\"}", m->token));
        m->state = CONNECTED;
    }
}

/* Take every complete frame; returns how many bytes were used. */
static size_t take_bytes(struct member *m, char *data, size_t size, double when) {
    size_t at = 0;
    if (m->state == OPENING) {
        char *end = memmem(data, size, "\r\n\r\n", 4);
        if (!end) return 0;
        if (size < 12 || memcmp(data + 9, "101", 3)) fail("no websocket: %.*s", 60, data);
        m->state = UPGRADED;
        at = end + 4 - data;
    }
    while (size - at >= 2) {
        unsigned char *head = (unsigned char *)data + at;
        size_t length = head[1] & 0x7f, start = 2;
        if (length == 126) {
            if (size - at < 4) break;
            length = head[2] << 8 | head[3];
            start = 4;
        } else if (length == 127) {
            if (size - at < 10) break;
            length = 0;
            for (int i = 2; i < 10; i++) length = length << 8 | head[i];
            start = 10;
        }
        if (size - at < start + length) break;
        if ((head[0] & 0x0f) == 1) take_frame(m, data + at + start, length, when);
        at += start + length;
    }
    return at;
}

static void read_member(struct member *m) {
    size_t had = m->rest_size;
    if (had) memcpy(buffer, m->rest, had);
    ssize_t n = read(m->fd, buffer + had, READ - had);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        closed_early++;
        if (m->state != ATTACHED) in_flight--;
        epoll_ctl(watcher, EPOLL_CTL_DEL, m->fd, NULL);
        close(m->fd);
        m->fd = -1;
        return;
    }
    size_t size = had + n, used = take_bytes(m, buffer, size, now());
    m->rest_size = size - used;
    if (m->rest_size) {
        m->rest = realloc(m->rest, m->rest_size);
        memcpy(m->rest, buffer + used, m->rest_size);
    }
}

static void poll_once(int timeout_ms) {
    struct epoll_event events[EVENTS];
    int n = epoll_wait(watcher, events, EVENTS, timeout_ms);
    for (int i = 0; i < n; i++)
        if (events[i].data.u32 != UINT32_MAX && members[events[i].data.u32].fd >= 0) read_member(&members[events[i].data.u32]);
}

static void attach(void) {
    double began = now();
    while (attached < member_count) {
        open_more();
        poll_once(50);
        if (closed_early) fail("the server closed a connection while %d of %d were attached", attached, member_count);
        if (now() - began > PATIENCE_S * 5) fail("only %d of %d attached", attached, member_count);
    }
    printf("attached\n");
    fflush(stdout);
}

static void send_one(long number) {
    struct room *r = &rooms[number % room_count];
    struct member *m = &members[r->members[number / room_count % r->size]];
    char payload[LINE], letters[24];
    static unsigned long run;
    if (!run) run = (unsigned long)(now() * 1e6) ^ (unsigned long)getpid();
    spell(number, letters);
    int size = snprintf(payload, sizeof payload,
                        "42%ld[\"message:send\",{\"conversation_id\":\"%s\",\"client_id\":\"%lx-%ld\",\"body\":\"%s ~~%s\"}]",
                        number, r->id, run, number, text, letters);
    sent_at[number] = now();
    if (m->fd >= 0) send_text(m, payload, size);
}

static int compare(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double percentile(double *values, long n, double share) {
    if (!n) return -1;
    long at = (long)(n * share);
    return values[at < n ? at : n - 1];
}

static void play(void) {
    struct rusage used;
    double began = now();
    for (long number = 0; number < count; number++) {
        double due = began + number / rate, left;
        while ((left = due - now()) > 0) poll_once(left > 0.002 ? (int)(left * 1000) - 1 : 0);
        send_one(number);
    }
    double last = now();
    while ((deliveries < expected || acks + refused < count) && now() - last < PATIENCE_S) poll_once(20);
    double over = now();
    printf("done\n");
    fflush(stdout);
    for (double until = now() + 0.5; now() < until;) poll_once(20); /* a double would come late */
    long lost = expected - deliveries, orders = 0;
    for (int r = 0; r < room_count; r++)
        for (int i = 1; i < rooms[r].size; i++)
            orders += members[rooms[r].members[i]].order != members[rooms[r].members[0]].order;
    qsort(ack_ms, acks, sizeof *ack_ms, compare);
    qsort(delivery_ms, deliveries, sizeof *delivery_ms, compare);
    getrusage(RUSAGE_SELF, &used);
    printf("{\"members\":%d,\"messages\":%d,\"deliveries\":%ld,\"lost\":%ld,\"doubled\":%ld,\"out_of_order\":%ld,"
           "\"different_orders\":%ld,\"refused\":%ld,\"unanswered\":%ld,\"strangers\":%ld,\"closed\":%ld,"
           "\"ack_p50_ms\":%.3f,\"ack_p99_ms\":%.3f,\"delivery_p50_ms\":%.3f,\"delivery_p99_ms\":%.3f,"
           "\"frame_bytes\":%.0f,\"seconds\":%.3f,\"client_cpu_s\":%.3f}\n",
           member_count, count, deliveries, lost, doubled, unordered, orders, refused, count - acks - refused, strangers,
           closed_early, percentile(ack_ms, acks, 0.5), percentile(ack_ms, acks, 0.99),
           percentile(delivery_ms, deliveries, 0.5), percentile(delivery_ms, deliveries, 0.99),
           deliveries ? frame_bytes / deliveries : 0.0, over - began,
           used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    fflush(stdout);
}

static void *cleared(size_t n, size_t size) {
    void *memory = calloc(n ? n : 1, size);
    if (!memory) fail("no memory");
    return memory;
}

static void read_plan(const char *path) {
    static char line[LINE];
    FILE *file = fopen(path, "r");
    if (!file) fail("no plan at %s", path);
    if (fscanf(file, "port %d rate %lf count %d window %d rooms %d members %d\n", &port, &rate, &count, &window, &room_count,
               &member_count) != 6)
        fail("the plan's first line is not understood");
    if (!fgets(text, sizeof text, file)) fail("the plan has no text");
    text[strcspn(text, "\n")] = 0;
    rooms = cleared(room_count, sizeof *rooms);
    members = cleared(member_count, sizeof *members);
    for (int r = 0; r < room_count; r++) {
        if (fscanf(file, "%79s", rooms[r].id) != 1) fail("room %d is missing", r);
        rooms[r].members = cleared(member_count, sizeof(int));
    }
    for (int i = 0; i < member_count; i++) {
        struct member *m = &members[i];
        if (fscanf(file, "%d %8191s", &m->room, line) != 2) fail("member %d is missing", i);
        m->token = strdup(line);
        m->fd = -1;
        m->last_seq = -1;
        if (m->room >= 0) {
            rooms[m->room].members[rooms[m->room].size++] = i;
            m->seen = cleared(count / 8 + 1, 1);
        }
    }
    fclose(file);
    for (long number = 0; number < count; number++) expected += rooms[number % room_count].size;
    sent_at = cleared(count, sizeof *sent_at);
    ack_ms = cleared(count, sizeof *ack_ms);
    acked = cleared(count, 1);
    delivery_ms = cleared(expected, sizeof *delivery_ms);
}

int main(int argc, char **argv) {
    struct rlimit files;
    char command[64];
    if (argc != 2) fail("usage: load PLAN");
    read_plan(argv[1]);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur != RLIM_INFINITY && files.rlim_cur < (rlim_t)member_count + 16)
        fail("%d sockets need more open files than the %lu allowed here", member_count, (unsigned long)files.rlim_cur);
    watcher = epoll_create1(EPOLL_CLOEXEC);
    attach();
    setvbuf(stdin, NULL, _IONBF, 0);
    for (;;) {
        struct pollfd p[2] = {{0, POLLIN, 0}, {watcher, POLLIN, 0}};
        poll(p, 2, 100);
        if (p[1].revents) poll_once(0);
        if (!(p[0].revents & (POLLIN | POLLHUP))) continue;
        if (!fgets(command, sizeof command, stdin) || !strncmp(command, "end", 3)) return 0;
        if (!strncmp(command, "idle", 4)) {
            for (double until = now() + atof(command + 4); now() < until;) poll_once(20);
            printf("idled %ld\n", closed_early);
            fflush(stdout);
        } else if (!strncmp(command, "send", 4)) {
            play();
        }
    }
}
