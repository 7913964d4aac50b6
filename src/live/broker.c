#include "live/broker.h"

#include "base/file.h"
#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "nntutor-class-"
#define PLUGIN "nntutor-seats.so"

enum {
    START_MS = 10000,
    STOP_MS = 1000,
    STEP_MS = 10,
    /* A seat's password is 128 random bits. The lobby's is 40, and is guessed on line only, at the pace
     * of TLS: who can read the file of hashes can read class.db, where the code stands. So the hash
     * need not be slow, and must not be: every member is hashed at the door, and all of them again each
     * time that somebody is taken out. */
    ITERATIONS = 1,
    SALT = 12,
    HASH = 64,
    LINE = 160
};

struct account {
    char line[LINE]; /* of the password file; "": none */
    char secret[CLASS_SECRET];
};

struct broker {
    char folder[80], socket[100], desk_socket[100], sid[CLASS_ID];
    char plugin[300];      /* src/live/plugin/seats.c, built; "": the broker goes without */
    int port;              /* 0: no network */
    pid_t child;           /* 0: none */
    int lock;              /* held while the folder is in use: broker_sweep */
    struct buf fixed;      /* lines of the password file that stay */
    char lobby[LINE];      /* this one goes with the code */
    struct account *seats; /* of DESK_SEATS */
    bool changed;
};

static const char *program(void)
{
    static const char *const places[] = {"/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto",
                                         "/usr/bin/mosquitto", "/opt/homebrew/sbin/mosquitto"};
    const char *set = getenv("NNTUTOR_MOSQUITTO");
    if (set)
        return access(set, X_OK) == 0 ? set : NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (access(places[i], X_OK) == 0)
            return places[i];
    return NULL;
}

bool broker_is_installed(struct err *err)
{
    return program() || err_set(err, "a class needs the broker mosquitto, which is not installed "
                                     "here: sudo apt-get install mosquitto; everything else works "
                                     "without it");
}

/* Where the build or the installation has put it, seen from this program; "" where it is not. */
static void find_plugin(char *path, size_t size)
{
    static const char *const places[] = {"/" PLUGIN, "/../lib/nntutor/" PLUGIN};
    const char *set = getenv("NNTUTOR_SEATS");
    char self[200];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    snprintf(path, size, "%s", set ? set : "");
    for (size_t i = 0; !set && i < sizeof places / sizeof *places; i++) {
        snprintf(path, size, "%s%s", self, places[i]);
        if (access(path, R_OK) == 0)
            return;
    }
    if (access(path, R_OK) != 0)
        *path = '\0';
}

static void folder_of(const char *code, char *out, size_t size)
{
    /* The first three groups name the place, the last two are the lobby's password. */
    snprintf(out, size, "/tmp/" FOLDER "%.14s", code);
}

void broker_socket(const char *code, char *path, size_t size)
{
    char folder[60];
    folder_of(code, folder, sizeof folder);
    snprintf(path, size, "%s/socket", folder);
}

void broker_lobby_password(const char *code, char password[CLASS_CODE])
{
    snprintf(password, CLASS_CODE, "%s", strlen(code) > 15 ? code + 15 : "");
}

/* ---- its files ---------------------------------------------------------------------------------------- */

/* The line of mosquitto's password file: name:$7$iterations$salt$hash (PBKDF2, SHA-512, base64). */
static bool write_password(char line[LINE], const char *name, const char *password)
{
    unsigned char salt[SALT], hash[HASH];
    unsigned char salt64[SALT * 2], hash64[HASH * 2];
    if (RAND_bytes(salt, SALT) != 1 ||
        PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, SALT, ITERATIONS, EVP_sha512(),
                          HASH, hash) != 1)
        return false;
    EVP_EncodeBlock(salt64, salt, SALT);
    EVP_EncodeBlock(hash64, hash, HASH);
    snprintf(line, LINE, "%s:$7$%d$%s$%s\n", name, ITERATIONS, (char *)salt64, (char *)hash64);
    return true;
}

static bool add_account(struct broker *broker, const char *name, const char *password)
{
    char line[LINE];
    if (!write_password(line, name, password))
        return false;
    buf_add(&broker->fixed, line);
    return true;
}

static bool set_seat(struct broker *broker, int64_t seat, const char *secret)
{
    char name[24];
    struct account *account = &broker->seats[seat - 1];
    snprintf(name, sizeof name, "%lld", (long long)seat);
    snprintf(account->secret, sizeof account->secret, "%s", secret);
    return write_password(account->line, name, secret);
}

/* To hear of one seat, mosquitto reads all of them again and asks each of its clients for its password once
 * more. So it knows all from the start, and nobody who comes waits for it. */
static bool prepare_seats(struct broker *broker, const uint64_t *key)
{
    char secret[CLASS_SECRET];
    bool good = true;
    for (int64_t seat = 1; good && seat <= DESK_SEATS; seat++) {
        class_seat_secret(key, seat, secret);
        good = set_seat(broker, seat, secret);
    }
    return good;
}

static bool put_file(const struct broker *broker, const char *name, const struct buf *text,
                     struct err *err)
{
    char path[140];
    snprintf(path, sizeof path, "%s/private/%s", broker->folder, name);
    return file_write(path, buf_text(text), text->length, err);
}

static bool put_passwords(const struct broker *broker, struct err *err)
{
    struct buf all = {0};
    buf_add(&all, buf_text(&broker->fixed));
    buf_add(&all, broker->lobby);
    for (size_t i = 0; i < DESK_SEATS; i++)
        buf_add(&all, broker->seats[i].line);
    bool good = put_file(broker, "passwords", &all, err);
    buf_free(&all);
    return good;
}

static bool put_rights(const struct broker *broker, struct err *err)
{
    struct buf out = {0};
    const char *sid = broker->sid;
    buf_addf(&out,
             "user " BROKER_INSTRUCTOR "\ntopic readwrite nnt/1/%s/#\n"
             "topic write " BROKER_SEATING "\n\n",
             sid);
    buf_addf(&out, "user " BROKER_PROJECTOR "\ntopic read nnt/1/%s/proj\n\n", sid);
    /* Who has the code but no seat, or none any more, does not look on. */
    buf_addf(&out,
             "user " BROKER_LOBBY "\ntopic deny nnt/1/%s/state\ntopic deny nnt/1/%s/item\n"
             "topic deny nnt/1/%s/a/#\ntopic deny nnt/1/%s/r/#\ntopic deny nnt/1/%s/p/#\n\n",
             sid, sid, sid, sid, sid);
    /* Nobody's account, through which a connection goes from the lobby to its seat: live/plugin/seats.c. */
    buf_addf(&out, "user seated\ntopic read nnt/1/%s/ins\n\n", sid);
    /* %u is the name of the connection, %c its client id: both are known to the broker, not claimed. */
    buf_addf(&out,
             "pattern read nnt/1/%s/state\npattern read nnt/1/%s/item\npattern read nnt/1/%s/ins\n"
             "pattern write nnt/1/%s/join/%%c\npattern read nnt/1/%s/seat/%%c\n"
             "pattern write nnt/1/%s/a/%%u\npattern read nnt/1/%s/r/%%u\n"
             "pattern write nnt/1/%s/p/%%u\n",
             sid, sid, sid, sid, sid, sid, sid, sid);
    bool good = put_file(broker, "rights", &out, err);
    buf_free(&out);
    return good;
}

static bool put_config(const struct broker *broker, struct err *err)
{
    struct buf out = {0};
    const struct passwd *me = getpwuid(getuid());
    const char *folder = broker->folder;
    buf_add(&out, "per_listener_settings false\n");
    if (*broker->plugin)
        buf_addf(&out, "plugin %s\n", broker->plugin);
    if (broker->port) /* first: when the sockets are there, it is too */
        buf_addf(&out,
                 "listener %d\ncertfile %s/private/identity\nkeyfile %s/private/identity\n"
                 "tls_version tlsv1.3\nciphers_tls1.3 TLS_AES_128_GCM_SHA256\n",
                 broker->port, folder, folder);
    buf_addf(&out, "listener 0 %s\nlistener 0 %s\n", broker->socket, broker->desk_socket);
    buf_addf(
        &out,
        "allow_anonymous false\npassword_file %s/private/passwords\nacl_file %s/private/rights\n"
        "persistence false\nset_tcp_nodelay true\nlog_dest file %s/private/log\n"
        "log_type error\nmax_inflight_messages 1000\nmax_queued_messages %d\n"
        "max_packet_size 20000\nmessage_size_limit 16384\nmax_keepalive 60\nsys_interval 0\n",
        folder, folder, folder, 4 * DESK_SEATS + 1000);
    if (getuid() == 0 && me) /* else it would change to a user that cannot read our folder */
        buf_addf(&out, "user %s\n", me->pw_name);
    bool good = put_file(broker, "config", &out, err);
    buf_free(&out);
    return good;
}

/* Of OpenSSL in the broker: no tickets to come back with more cheaply, which no member keeps, and whose making
 * is a tenth of what it costs to let one in. */
static bool put_tls(const struct broker *broker, struct err *err)
{
    struct buf out = {0};
    buf_add(&out, "openssl_conf = all\n[all]\nssl_conf = tls\n[tls]\nsystem_default = class\n"
                  "[class]\nNumTickets = 0\n");
    bool good = put_file(broker, "tls", &out, err);
    buf_free(&out);
    return good;
}

/* Others pass through it to the socket, and see nothing of what is private. */
static bool make_folders(const struct broker *broker, bool *swept, struct err *err)
{
    char path[140];
    struct stat info;
    snprintf(path, sizeof path, "%s/private", broker->folder);
    if (mkdir(broker->folder, 0711) != 0 && errno != EEXIST)
        return err_set(err, "%s: cannot be made: %s", broker->folder, strerror(errno));
    bool found = lstat(broker->folder, &info) == 0;
    if (found && (!S_ISDIR(info.st_mode) || info.st_uid != getuid()))
        return err_set(err, "%s: belongs to somebody else; begin another session", broker->folder);
    if (found && chmod(broker->folder, 0711) == 0 && (mkdir(path, 0700) == 0 || errno == EEXIST))
        return true;
    *swept = errno == ENOENT;
    return err_set(err, "%s: cannot be made: %s", path, strerror(errno));
}

/* Shared, for two instructors of one session may be there for a while. `swept`: until then the folder was
 * nobody's, and another class that begins has cleared it away. */
static bool lock_folder(struct broker *broker, bool *swept, struct err *err)
{
    char path[140];
    struct stat info;
    snprintf(path, sizeof path, "%s/private/lock", broker->folder);
    broker->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool good =
        broker->lock >= 0 && flock(broker->lock, LOCK_SH) == 0 && fstat(broker->lock, &info) == 0;
    *swept = good ? info.st_nlink == 0 : errno == ENOENT;
    return (good && !*swept) || err_set(err, "%s: %s", path, strerror(good ? ENOENT : errno));
}

static bool take_folder(struct broker *broker, struct err *err)
{
    enum { MOST_TRIES = 100 };
    bool swept = true, good = false;
    for (int i = 0; i < MOST_TRIES && swept && !good; i++) {
        if (broker->lock >= 0)
            close(broker->lock);
        broker->lock = -1;
        swept = false;
        good = make_folders(broker, &swept, err) && lock_folder(broker, &swept, err);
    }
    return good;
}

static void delete_files(const char *folder)
{
    static const char *const names[] = {
        "private/passwords", "private/rights", "private/config", "private/identity", "private/tls",
        "private/log",       "private/desk",   "private/lock",   "socket",           "private"};
    char path[140];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    rmdir(folder);
}

static void sweep_folder(const char *folder)
{
    char path[140];
    struct stat info;
    snprintf(path, sizeof path, "%s/private/lock", folder);
    if (lstat(folder, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid())
        return;
    int lock = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0)
        return;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0)
        delete_files(folder);
    close(lock);
}

void broker_sweep(void)
{
    DIR *open = opendir("/tmp");
    char folder[80];
    if (!open)
        return;
    for (struct dirent *entry; (entry = readdir(open));)
        if (strlen(entry->d_name) == strlen(FOLDER) + 14 && text_starts(entry->d_name, FOLDER)) {
            snprintf(folder, sizeof folder, "/tmp/%.60s", entry->d_name);
            sweep_folder(folder);
        }
    closedir(open);
}

/* ---- its process -------------------------------------------------------------------------------------- */

static bool listens(const char *socket_path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    bool good = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

static _Noreturn void become_broker(const struct broker *broker, pid_t parent)
{
    char config[140], tls[140];
    struct rlimit limit;
    snprintf(config, sizeof config, "%s/private/config", broker->folder);
    snprintf(tls, sizeof tls, "%s/private/tls", broker->folder);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* no class without its instructor */
    if (getppid() != parent)
        _exit(1);
    setsid(); /* Ctrl-C in the terminal is the instructor's, not the broker's */
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    umask(0);
    if (broker->port)
        setenv("OPENSSL_CONF", tls, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execl(program(), "mosquitto", "-c", config, (char *)NULL);
    _exit(127);
}

/* The last line of its log: by the time anybody could look for it, its folder is gone. */
static bool say_log(const struct broker *broker, struct err *err)
{
    char path[140];
    struct buf log = {0}, clean = {0};
    struct str rest, line, last = {0};
    snprintf(path, sizeof path, "%s/private/log", broker->folder);
    file_read(path, &log, NULL);
    rest = (struct str){buf_text(&log), log.length};
    while (str_line(&rest, &line))
        last = line.length ? line : last;
    utf8_sanitise_line(&clean, last.text ? last.text : "", last.length, 200);
    err_set(err, "the broker did not start; it says: %.300s",
            clean.length ? buf_text(&clean) : "nothing");
    buf_free(&log);
    buf_free(&clean);
    return false;
}

static bool has_ended(struct broker *broker)
{
    int status;
    if (broker->child > 0 && waitpid(broker->child, &status, WNOHANG) == broker->child)
        broker->child = 0;
    return broker->child <= 0;
}

static void end_child(struct broker *broker)
{
    if (has_ended(broker))
        return;
    kill(broker->child, SIGKILL);
    waitpid(broker->child, NULL, 0);
}

static bool launch(struct broker *broker, struct err *err)
{
    pid_t parent = getpid();
    unlink(broker->socket);
    unlink(broker->desk_socket);
    broker->child = fork();
    if (broker->child < 0) {
        broker->child = 0;
        return err_set(err, "the broker cannot be started: %s", strerror(errno));
    }
    if (broker->child == 0)
        become_broker(broker, parent);
    for (int waited = 0; waited < START_MS; waited += STEP_MS) {
        int status;
        if (listens(broker->desk_socket)) /* the last */
            return chmod(broker->socket, 0666) == 0 ||
                   err_set(err, "%s: %s", broker->socket, strerror(errno));
        if (waitpid(broker->child, &status, WNOHANG) == broker->child) {
            broker->child = 0;
            break;
        }
        poll(NULL, 0, STEP_MS);
    }
    end_child(broker); /* one that runs and does not listen is none */
    return say_log(broker, err);
}

/* One that cannot take the plugin, of another version say, goes without. */
static bool launch_somehow(struct broker *broker, struct err *err)
{
    if (launch(broker, err))
        return true;
    if (!*broker->plugin || strstr(err->text, strerror(EADDRINUSE)))
        return false;
    broker->plugin[0] = '\0';
    return put_config(broker, err) && launch(broker, err);
}

static bool put_identity(const struct broker *broker, const char *identity, struct err *err)
{
    struct buf text = {0};
    buf_add(&text, identity);
    bool good = put_file(broker, "identity", &text, err);
    buf_free(&text);
    return good;
}

struct broker *broker_start(const struct broker_plan *plan, struct err *err)
{
    char password[CLASS_CODE];
    if (!broker_is_installed(err))
        return NULL;
    struct broker *broker = memory_alloc(sizeof *broker);
    folder_of(plan->code, broker->folder, sizeof broker->folder);
    broker_socket(plan->code, broker->socket, sizeof broker->socket);
    snprintf(broker->desk_socket, sizeof broker->desk_socket, "%.70s/private/desk", broker->folder);
    class_sid(plan->code, broker->sid);
    broker->port = plan->port;
    broker->lock = -1;
    broker->seats = memory_alloc(DESK_SEATS * sizeof *broker->seats);
    broker_lobby_password(plan->code, password);
    find_plugin(broker->plugin, sizeof broker->plugin);
    bool good = add_account(broker, BROKER_INSTRUCTOR, plan->secret) &&
                write_password(broker->lobby, BROKER_LOBBY, password) &&
                prepare_seats(broker, plan->key) &&
                (!plan->projector || add_account(broker, BROKER_PROJECTOR, plan->projector));
    if (!good)
        err_set(err, "no random numbers for passwords");
    good = good && take_folder(broker, err) && put_passwords(broker, err) &&
           put_rights(broker, err) && put_config(broker, err) &&
           (!plan->port || (put_identity(broker, plan->identity, err) && put_tls(broker, err))) &&
           launch_somehow(broker, err);
    if (good)
        return broker;
    broker_stop(broker);
    return NULL;
}

bool broker_is_running(const char *code)
{
    char folder[80], path[100];
    folder_of(code, folder, sizeof folder);
    snprintf(path, sizeof path, "%.70s/private/desk", folder);
    return listens(path);
}

const char *broker_desk_socket(const struct broker *broker)
{
    return broker->desk_socket;
}

void broker_stop(struct broker *broker)
{
    if (!broker)
        return;
    if (!has_ended(
            broker)) /* what was sent last, the end of the class say, is on its way to slow ends */
        kill(broker->child, SIGTERM);
    for (int waited = 0; waited < STOP_MS && !has_ended(broker); waited += STEP_MS)
        poll(NULL, 0, STEP_MS);
    end_child(broker);
    delete_files(broker->folder);
    broker_leave(broker);
}

void broker_leave(struct broker *broker)
{
    if (!broker)
        return;
    end_child(broker); /* one that says goodbye deletes its sockets, which are another's by now */
    if (broker->lock >= 0)
        close(broker->lock);
    buf_free(&broker->fixed);
    memory_free(broker->seats);
    memory_free(broker);
}

bool broker_mind(struct broker *broker, struct err *err)
{
    return !has_ended(broker) || launch_somehow(broker, err);
}

bool broker_moves(const struct broker *broker)
{
    return *broker->plugin;
}

pid_t broker_process(const struct broker *broker)
{
    return broker->child;
}

/* ---- who may come in ---------------------------------------------------------------------------------- */

bool broker_admit(struct broker *broker, const struct class_seat *seat)
{
    if (seat->seat < 1 || seat->seat > DESK_SEATS)
        return false;
    struct account *account = &broker->seats[seat->seat - 1];
    if (seat->state != SEAT_IN)
        account->line[0] = '\0';
    else if (*account->line && strcmp(account->secret, seat->secret) == 0)
        return true;
    else if (!set_seat(broker, seat->seat, seat->secret))
        return false;
    broker->changed = true;
    return true;
}

bool broker_new_code(struct broker *broker, const char *code)
{
    char password[CLASS_CODE];
    broker_lobby_password(code, password);
    if (!write_password(broker->lobby, BROKER_LOBBY, password))
        return false;
    broker->changed = true;
    return true;
}

bool broker_flush(struct broker *broker, struct err *err)
{
    if (!broker->changed)
        return true;
    if (!put_passwords(broker, err))
        return false;
    broker->changed = false;
    if (broker->child > 0) /* else it reads them when it is started again */
        kill(broker->child, SIGHUP);
    return true;
}

bool broker_is_behind(const struct broker *broker)
{
    return broker->changed;
}
