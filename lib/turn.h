/* turn.h - one program after the other at the files of a folder
 * SPDX-License-Identifier: MIT
 *
 * For what is looked at first and changed then, by programs that know nothing of each other. It is the folder
 * that is locked, so that no file is left behind, and the kernel ends the turn of a program that dies.
 */
#ifndef LIB_TURN_H
#define LIB_TURN_H

/* Waits for its turn at the folder of `path`, at most 30 s: a program that hangs must not hang the others. A turn
 * for turn_end, or -1 when there is no folder, no right to read it or no end of waiting: go on without. */
int turn_begin(const char *path);
/* Has `file` for this program alone until turn_end or its end: made where it is not there, left there, and saying the
 * process. Does not wait. 1 with a turn; 0 another program has it (`other`: its process id, 0 unknown); -1 with errno,
 * the file cannot be made. */
int turn_keep(const char *file, int *turn, long *other);
/* -1 is none. */
void turn_end(int turn);

#endif
