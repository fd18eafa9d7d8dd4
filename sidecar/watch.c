/* watch.c - IMAP watch
 * SPDX-License-Identifier: MIT
 */
#include "ticket/site.h"
