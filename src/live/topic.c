#include "live/transport.h"

#include <string.h>

bool topic_matches(const char *filter, const char *topic)
{
    for (;;) {
        size_t want = strcspn(filter, "/"), have = strcspn(topic, "/");
        if (want == 1 && *filter == '#')
            return true;
        bool any = want == 1 && *filter == '+';
        if (!any && (want != have || memcmp(filter, topic, want) != 0))
            return false;
        if (!filter[want] || !topic[have])
            return !filter[want] && !topic[have];
        filter += want + 1;
        topic += have + 1;
    }
}
