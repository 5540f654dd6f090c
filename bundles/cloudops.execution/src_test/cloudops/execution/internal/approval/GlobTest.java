package cloudops.execution.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({ "a, a, true", "a, ab, false", "a*, a, true", "a*, ab, true", "*a, ba, true", "*, '', true", "**, x, true", "a*a, a, false",
        "a*a, aa, true", "a*b*c, abc, true", "a*b*c, axxbyyc, true", "a*b*c, acb, false", "*b*b*, xbx, false", "a.c, abc, false", "[a], a, false",
        "'', '', true", "ab*ba, aba, false", "*x, 'a\nx', true", "A*, ab, false", "a?, ab, false" })
    void comparesTheWholeText(String pattern, String text, boolean matches) {
        assertThat(new Glob(pattern).matches(text)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({ "*, plain text; $(x), true", "*, -x, false", "*, @x, false", "-*, -x, true", "-x, -x, true", "@f, @f, true", "*, 'a\nb', false",
        "'a\nb', 'a\nb', true", "*, a\u202Eb, false", "*, a\u200Bb, false", "dir/*, dir/a, true", "dir/*, dir/../a, false", "dir/*, dir/.., false",
        "*, ../a, false", "*, a..b, true", "--f=*, --f=../x, false", "*, \uD83D\uDE00, true", "*, '', true" })
    void takesOnlyPlainTextForAWildcard(String pattern, String text, boolean matches) {
        assertThat(new Glob(pattern).matchesPlainly(text)).isEqualTo(matches);
    }

    @Test
    void isQuickWhateverThePattern() {
        var glob = new Glob("*a".repeat(500) + "b");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertThat(glob.matches("a".repeat(200_000))).isFalse());
    }
}
