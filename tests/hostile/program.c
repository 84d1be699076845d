// A program, for whoever takes it for a module.
int main(void)
{
    return 0;
}
