package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void cutsBetweenCharacters() {
        assertThat(Printable.excerpt("abc", 3)).isEqualTo("abc");
        assertThat(Printable.excerpt("abcd", 3)).isEqualTo("abc…");
        assertThat(Printable.excerpt("ab\uD83D\uDE00d", 3)).isEqualTo("ab…");
        assertThat(Printable.excerpt("\uD83D\uDE00\uD83D\uDE00", 2)).isEqualTo("\uD83D\uDE00…");
    }

    @Test
    void putsEverythingOnOneLine() {
        assertThat(Printable.excerpt(" a\r\n\tb\u2028c\u0000 ", 20)).isEqualTo("a b c");
    }
}
