/* live/plugin/seats.c: runs inside the broker of a class (a plugin of mosquitto 2), not inside nntutor.
 *
 * A newcomer comes as the lobby, with the code, and is given a seat, which is an account of its own. It
 * would have to hang up and call again as that account, and a second handshake of TLS is half of what
 * it costs to join. Here the connection that it has becomes the seat's: the instructor says to `TOPIC`
 * which client id was given which seat, and when that client asks to hear something next, it is already
 * asked for as the seat. What a seat may do, and its password for every later connection, stay with
 * mosquitto's own files; who may write to `TOPIC` does, too. */
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TOPIC                                                                                      \
    "$CONTROL/nntutor/v1" /* "<client id> <seat>", or "<client id> -<seat>": it has that no more */
#define LOBBY "lobby"
#define SEATED "seated"

enum { INTERFACE = 5, CLIENT_ID = 32, SEAT = 8, BUCKETS = 1024 };

struct seat {
    char id[CLIENT_ID + 1], name[SEAT + 1];
    const struct mosquitto
        *client; /* the connection that became the seat's: compared, never followed */
    struct seat *next;
};

static mosquitto_plugin_id_t *self;
static struct seat *seats[BUCKETS];

/* Where a seat of this id stands, or would. Ids are 128 random bits: any few of them spread well. */
static struct seat **place_of(const char *id)
{
    unsigned hash = 0;
    for (const char *c = id; *c; c++)
        hash = hash * 31 + (unsigned char)*c;
    struct seat **place = &seats[hash % BUCKETS];
    while (*place && strcmp((*place)->id, id) != 0)
        place = &(*place)->next;
    return place;
}

static struct seat *seat_of(const struct mosquitto *client)
{
    const char *id = mosquitto_client_id(client);
    return id ? *place_of(id) : NULL;
}

static void forget(struct seat **place)
{
    struct seat *seat = *place;
    if (!seat)
        return;
    *place = seat->next;
    free(seat);
}

/* Its connection, where that became the seat's, goes with it: nobody but us could tell by then that it is one
 * of a seat that is no more. */
static void take_away(struct seat **place)
{
    char id[CLIENT_ID + 1];
    memcpy(id, (*place)->id, sizeof id);
    bool moved = (*place)->client;
    forget(place);
    if (moved)
        mosquitto_kick_client_by_clientid(id, false);
}

static int give(struct seat **place, const char *id, const char *name)
{
    if (!(*place = calloc(1, sizeof **place)))
        return MOSQ_ERR_NOMEM;
    strcpy((*place)->id, id);
    strcpy((*place)->name, name);
    return MOSQ_ERR_SUCCESS;
}

static int take(int event, void *data, void *user)
{
    const struct mosquitto_evt_control *control = data;
    const char *text = control->payload;
    char id[CLIENT_ID + 1] = "", word[1 + SEAT + 1] = "";
    (void)event;
    (void)user;
    if (!text || control->payloadlen < CLIENT_ID + 2 ||
        control->payloadlen >= CLIENT_ID + 1 + sizeof word || text[CLIENT_ID] != ' ')
        return MOSQ_ERR_INVAL;
    memcpy(id, text, CLIENT_ID);
    memcpy(word, text + CLIENT_ID + 1, control->payloadlen - CLIENT_ID - 1);
    bool gives = *word != '-';
    const char *name = gives ? word : word + 1;
    if (strlen(id) != CLIENT_ID || strspn(name, "0123456789") != strlen(name) ||
        strlen(name) > SEAT)
        return MOSQ_ERR_INVAL;
    struct seat **place = place_of(id);
    if (*place && (strcmp((*place)->name, name) == 0) != gives)
        take_away(place);
    /* The place of an id may be another once one has left. */
    return gives && !*place_of(id) ? give(place_of(id), id, name) : MOSQ_ERR_SUCCESS;
}

/* mosquitto 2.0 looks up what its file of rights has on the new name; where that is nothing, the old name's
 * stays, and the lobby's is what a seat may not do. So it goes by way of a name that the file has, and
 * that allows no more than all may. */
static bool rename_client(struct mosquitto *client, const char *name)
{
    return mosquitto_set_username(client, SEATED) == MOSQ_ERR_SUCCESS &&
           mosquitto_set_username(client, name) == MOSQ_ERR_SUCCESS;
}

/* Asked before mosquitto's own files are, which then decide for the seat. */
static int ask(int event, void *data, void *user)
{
    const struct mosquitto_evt_acl_check *check = data;
    (void)event;
    (void)user;
    if (check->access != MOSQ_ACL_SUBSCRIBE)
        return MOSQ_ERR_PLUGIN_DEFER;
    const char *name = mosquitto_client_username(check->client);
    struct seat *seat = name && strcmp(name, LOBBY) == 0 ? seat_of(check->client) : NULL;
    if (seat && rename_client(check->client, seat->name))
        seat->client = check->client;
    return MOSQ_ERR_PLUGIN_DEFER;
}

/* Also asked of all who are there when the files have changed, and their password is the lobby's still. */
static int know(int event, void *data, void *user)
{
    const struct mosquitto_evt_basic_auth *auth = data;
    const struct seat *seat = seat_of(auth->client);
    (void)event;
    (void)user;
    bool ours = seat && seat->client == auth->client && auth->username &&
                strcmp(seat->name, auth->username) == 0;
    return ours ? MOSQ_ERR_SUCCESS : MOSQ_ERR_PLUGIN_DEFER;
}

/* It comes back as the seat, with the seat's password. */
static int leave(int event, void *data, void *user)
{
    const struct mosquitto_evt_disconnect *gone = data;
    struct seat *seat = seat_of(gone->client);
    (void)event;
    (void)user;
    if (seat && seat->client == gone->client)
        forget(place_of(seat->id));
    return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_version(int count, const int *versions)
{
    for (int i = 0; i < count; i++)
        if (versions[i] == INTERFACE)
            return INTERFACE;
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **user,
                          struct mosquitto_opt *options, int count)
{
    (void)user;
    (void)options;
    (void)count;
    self = identifier;
    int failed = mosquitto_callback_register(self, MOSQ_EVT_CONTROL, take, TOPIC, NULL);
    failed =
        failed ? failed : mosquitto_callback_register(self, MOSQ_EVT_ACL_CHECK, ask, NULL, NULL);
    failed =
        failed ? failed : mosquitto_callback_register(self, MOSQ_EVT_BASIC_AUTH, know, NULL, NULL);
    return failed ? failed
                  : mosquitto_callback_register(self, MOSQ_EVT_DISCONNECT, leave, NULL, NULL);
}

int mosquitto_plugin_cleanup(void *user, struct mosquitto_opt *options, int count)
{
    (void)user;
    (void)options;
    (void)count;
    mosquitto_callback_unregister(self, MOSQ_EVT_CONTROL, take, TOPIC);
    mosquitto_callback_unregister(self, MOSQ_EVT_ACL_CHECK, ask, NULL);
    mosquitto_callback_unregister(self, MOSQ_EVT_BASIC_AUTH, know, NULL);
    mosquitto_callback_unregister(self, MOSQ_EVT_DISCONNECT, leave, NULL);
    for (size_t i = 0; i < BUCKETS; i++)
        while (seats[i])
            forget(&seats[i]);
    return MOSQ_ERR_SUCCESS;
}
