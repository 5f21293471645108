/* GCC's library that unwinds the stack asks glibc where the tables of an address are. This is the
   same for musl. */
#define _GNU_SOURCE
#include <link.h>

struct found {
    unsigned long long flags;
    char *start, *end;
    void *map, *tables;
};

struct search {
    char *address;
    struct found *found;
};

static int look(struct dl_phdr_info *object, size_t size, void *data) {
    struct search *search = data;
    struct found found = {0};
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        char *start = (char *)object->dlpi_addr + part->p_vaddr;
        char *end = start + part->p_memsz;
        if (part->p_type == PT_GNU_EH_FRAME) {
            found.tables = start;
        } else if (part->p_type == PT_LOAD && start <= search->address && search->address < end) {
            found.start = start;
            found.end = end;
        }
    }
    if (!found.start || !found.tables)
        return 0;
    *search->found = found;
    return 1;
}

int _dl_find_object(void *address, struct found *found) {
    struct search search = {address, found};
    return dl_iterate_phdr(look, &search) ? 0 : -1;
}
