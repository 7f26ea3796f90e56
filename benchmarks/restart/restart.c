/*
 * The parts of the restart benchmark that have to be exact: one program in three roles.
 *
 *   restart child FILE                             appends its process id and the monotonic clock to FILE as its first act, then waits for ever
 *   restart loop FILE                              the floor: starts "restart child FILE" whenever it has ended, and does nothing else
 *   restart measure ROUNDS PAUSE_MS NAME=FILE...   kills the newest process of each FILE in turn and prints the times to the next line
 *
 * The time of a restart is from just before kill(2) to the first act of the next process, both on CLOCK_MONOTONIC, so neither
 * the way in which a line is noticed here nor its delay is part of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void sleep_us(long us)
{
    struct timespec t = { us / 1000000, us % 1000000 * 1000 };
    while (nanosleep(&t, &t) && errno == EINTR)
        ;
}

static int child(const char *file)
{
    long long born = now_ns();
    char line[64];
    int length = snprintf(line, sizeof line, "%d %lld\n", getpid(), born);
    int fd = open(file, O_WRONLY | O_APPEND | O_CREAT, 0644);
    if (fd < 0 || write(fd, line, length) != length)
        return 1;
    close(fd);
    for (;;)
        pause();
}

static int loop(const char *self, const char *file)
{
    for (;;) {
        pid_t pid = fork();
        if (pid == 0) {
            execl(self, self, "child", file, (char *)NULL);
            _exit(127);
        }
        waitpid(pid, NULL, 0);
    }
}

/* The last whole line of the file. */
static int newest(const char *file, int *pid, long long *born)
{
    char text[129];
    int fd = open(file, O_RDONLY);
    if (fd < 0)
        return 0;
    off_t size = lseek(fd, 0, SEEK_END), from = size > 128 ? size - 128 : 0;
    ssize_t got = pread(fd, text, 128, from);
    close(fd);
    if (got < 2 || text[got - 1] != '\n')
        return 0;
    text[got - 1] = 0;
    char *line = strrchr(text, '\n');
    return sscanf(line ? line + 1 : text, "%d %lld", pid, born) == 2;
}

static int by_size(const void *a, const void *b)
{
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

static int measure(int rounds, long pause_ms, int count, char **subjects)
{
    long long *took = malloc(sizeof *took * rounds * count), start = now_ns();
    for (int round = 0; round < rounds; round++) {
        sleep_us(pause_ms * 1000);
        for (int i = 0; i < count; i++) {
            const char *file = strchr(subjects[i], '=') + 1;
            int old, pid;
            long long born;
            while (!newest(file, &old, &born)) {
                if (now_ns() - start > 30000000000LL) {
                    fprintf(stderr, "%s has not started its process within 30 s\n", subjects[i]);
                    return 1;
                }
                sleep_us(1000);
            }
            long long killed = now_ns();
            if (kill(old, SIGKILL)) {
                fprintf(stderr, "%s: process %d is gone before it was killed\n", subjects[i], old);
                return 1;
            }
            while (!newest(file, &pid, &born) || pid == old) {
                if (now_ns() - killed > 30000000000LL) {
                    fprintf(stderr, "%s has not started a new process within 30 s of the death of %d in round %d\n", subjects[i], old, round);
                    return 1;
                }
                sleep_us(200);
            }
            took[i * rounds + round] = born - killed;
        }
    }
    for (int i = 0; i < count; i++) {
        long long *mine = took + i * rounds;
        qsort(mine, rounds, sizeof *mine, by_size);
        printf("%.*s %.3f %.3f %.3f\n", (int)(strchr(subjects[i], '=') - subjects[i]), subjects[i], mine[rounds / 2] / 1e6,
            mine[rounds * 9 / 10] / 1e6, mine[rounds - 1] / 1e6);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "child"))
        return child(argv[2]);
    if (argc == 3 && !strcmp(argv[1], "loop"))
        return loop(argv[0], argv[2]);
    if (argc > 4 && !strcmp(argv[1], "measure") && atoi(argv[2]) > 0)
        return measure(atoi(argv[2]), atol(argv[3]), argc - 4, argv + 4);
    fprintf(stderr, "see the head of restart.c\n");
    return 2;
}
