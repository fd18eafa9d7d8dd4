/* language.c - the language of a text, by its script and its commonest words
 * SPDX-License-Identifier: MIT
 */
#include "lib/language.h"

#include <ctype.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/charset.h"

enum { LOOK_AT = 4096 };

struct scripts {
    size_t han, kana, hangul, latin, cyrillic, ukrainian, thai, arabic, hebrew, greek, devanagari, vietnamese;
};

/* The commonest short words, spaces around each; those that languages share stand in several. */
static const struct {
    const char *code, *words;
} lists[] = {
    { "en", " the and to of is in that for you it was my i not have with this on your are be but we me as at "
      "from has been will would can no if our an what please thanks order " },
    { "de", " der die das und ist nicht ich zu den mit für auf ein eine es im dem sie von wir haben habe "
      "bitte mir sich auch wie war aber werden bei noch nach einen meine " },
    { "fr", " le la les et est de des je pas vous que pour une un en dans nous du sur mon ma mais avec ne ce "
      "qui au il ai votre j'ai c'est sont merci bonjour " },
    { "es", " el la los las y es de que no en un una por para con mi su se lo me al pero muy como más del "
      "está he gracias hola usted " },
    { "it", " il la le e di che non un una per in con sono mi del della è ho si da al come ma questo grazie "
      "gli nel anche ancora " },
    { "pt", " o a os as e é de que não um uma por para com meu minha do da em no na se eu mas foi obrigado "
      "você está ao dos " },
    { "nl", " de het een en is van ik niet dat te in voor met op zijn je mijn hebben heb maar ook aan er bij "
      "nog wel naar door u deze " },
    { "pl", " i w nie na się do z jest to że jak o za mi po od czy ale jestem proszę mam dla tego już tak "
      "być ze przez " },
    { "sv", " och i att det som en på är av för med den till inte jag har om ett men vi mig så från kan hej "
      "" },
    { "da", " og i at det som en på er af for med den til ikke jeg har om et men vi mig så fra kan hej der "
      "" },
    { "no", " og i at det som en på er av for med den til ikke jeg har om et men vi meg så fra kan hei der "
      "" },
    { "fi", " ja on ei että se en hän oli mutta kun niin minä ole voi myös kuin joka tämä mitä sen kanssa "
      "hei kiitos " },
    { "cs", " a se na je že v to s z do o i pro ale jako jsem jsou by si za jsme ve tak není bude dobrý den "
      "" },
    { "tr", " ve bir bu için de da çok ne ama gibi ile daha ben mı mi var yok olarak olan değil merhaba "
      "teşekkürler " },
    { "vi", " là và của không tôi có cho được này một đã với các những trong để khi " },
};

/* All words of the lists by their hash, each with the lists that hold it: made once. */
enum { SLOTS = 2048, LONGEST = 16 };
static struct slot {
    const char *word;
    size_t length;
    unsigned lists; /* one bit each */
} slots[SLOTS];

static unsigned add_to_hash(unsigned hash, char byte)
{
    return (hash ^ (unsigned char)byte) * 16777619u;
}

static struct slot *find_slot(const char *word, size_t length, unsigned hash)
{
    size_t at = hash % SLOTS;
    while (slots[at].word && !(slots[at].length == length && memcmp(slots[at].word, word, length) == 0))
        at = (at + 1) % SLOTS;
    return &slots[at];
}

static void fill_slots(void)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const char *p = lists[i].words + 1; *p;) {
            unsigned hash = 0;
            size_t length = strcspn(p, " ");
            for (size_t k = 0; k < length; k++)
                hash = add_to_hash(hash, p[k]);
            struct slot *slot = find_slot(p, length, hash);
            *slot = (struct slot){ p, length, slot->lists | 1u << i };
            p += length + strspn(p + length, " ");
        }
}

/* Of a character that is not ASCII. */
static void count_character(struct scripts *scripts, uint32_t c)
{
    if ((c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x20000 && c <= 0x3134f))
        scripts->han++;
    else if (c >= 0x3040 && c <= 0x30ff)
        scripts->kana++;
    else if ((c >= 0xac00 && c <= 0xd7a3) || (c >= 0x1100 && c <= 0x11ff))
        scripts->hangul++;
    else if (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7)
        scripts->latin++;
    else if (c >= 0x1ea0 && c <= 0x1ef9)
        scripts->latin++, scripts->vietnamese++;
    else if (c >= 0x400 && c <= 0x52f) {
        scripts->cyrillic++;
        scripts->ukrainian += c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491;
    } else if (c >= 0xe00 && c <= 0xe7f)
        scripts->thai++;
    else if (c >= 0x600 && c <= 0x6ff)
        scripts->arabic++;
    else if (c >= 0x590 && c <= 0x5ff)
        scripts->hebrew++;
    else if (c >= 0x370 && c <= 0x3ff)
        scripts->greek++;
    else if (c >= 0x900 && c <= 0x97f)
        scripts->devanagari++;
}

static bool is_letter(char c)
{
    return (unsigned char)c >= 0x80 || isalpha((unsigned char)c) || c == '\'';
}

/* How many words of the text each list holds. */
static const char *by_words(const char *text, size_t size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    size_t hits[sizeof lists / sizeof *lists] = { 0 }, words = 0;
    char word[LONGEST];
    pthread_once(&once, fill_slots);
    for (size_t at = 0; at < size; at++) {
        size_t length = 0;
        unsigned hash = 0;
        for (; at < size && is_letter(text[at]); at++, length++) {
            char letter = (char)tolower((unsigned char)text[at]);
            hash = add_to_hash(hash, letter);
            if (length < LONGEST)
                word[length] = letter;
        }
        if (!length)
            continue;
        words++;
        unsigned held = length < LONGEST ? find_slot(word, length, hash)->lists : 0;
        for (size_t i = 0; held; i++, held >>= 1)
            hits[i] += held & 1;
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof lists / sizeof *lists; i++)
        if (hits[i] > hits[best])
            best = i;
    return hits[best] && hits[best] * 12 >= words ? lists[best].code : "und";
}

const char *language_detect(const char *text, size_t size)
{
    struct scripts scripts = { 0 };
    if (size > LOOK_AT)
        size = LOOK_AT;
    for (size_t at = 0; at < size;) {
        if ((unsigned char)text[at] < 0x80)
            scripts.latin += isalpha((unsigned char)text[at++]) != 0;
        else
            count_character(&scripts, charset_next(text, size, &at));
    }
    /* A Han character says as much as several letters. */
    size_t east = (scripts.han + scripts.kana + scripts.hangul) * 4;
    const struct {
        size_t weight;
        const char *code;
    } others[] = {
        { scripts.cyrillic, scripts.ukrainian * 20 > scripts.cyrillic ? "uk" : "ru" }, { scripts.thai, "th" },
        { scripts.arabic, "ar" }, { scripts.hebrew, "he" }, { scripts.greek, "el" }, { scripts.devanagari,
            "hi" },
    };
    size_t best = 0;
    for (size_t i = 1; i < sizeof others / sizeof *others; i++)
        if (others[i].weight > others[best].weight)
            best = i;
    if (east > scripts.latin && east > others[best].weight) {
        if (scripts.hangul > scripts.han)
            return "ko";
        return scripts.kana * 5 > scripts.han ? "ja" : "zh";
    }
    if (others[best].weight > scripts.latin)
        return others[best].code;
    if (scripts.vietnamese * 30 > scripts.latin)
        return "vi";
    return scripts.latin >= 2 ? by_words(text, size) : "und";
}
