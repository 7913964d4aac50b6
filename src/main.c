/* main.c: argv to the subcommand table to an exit code. Nothing else. */
#include "cmd/cmd.h"

int main(int argc, char **argv)
{
    return cmd_main(argc, argv);
}
