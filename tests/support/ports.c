#include "support/test.h"

#include "support/ports.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST = 10000, COUNT = 20000 };

/* -1: somebody has it. */
static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0)
        return fd;
    close(fd);
    return -1;
}

int port_listener(int *port)
{
    static unsigned used;
    for (int tries = 0; tries < COUNT; tries++) {
        *port = FIRST + (int)(((unsigned)getpid() * 64 + used++) % COUNT);
        int fd = listen_on(*port);
        if (fd >= 0)
            return fd;
    }
    fail_msg("no port is free");
    return -1;
}

int port_of_our_own(void)
{
    int port;
    close(port_listener(&port));
    return port;
}
