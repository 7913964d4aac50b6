/* main.c: argv to the subcommand table to an exit code. Nothing else. */
int main(void)
{
    return 0;
}
