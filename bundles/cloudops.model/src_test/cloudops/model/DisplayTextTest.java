package cloudops.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"pg-instance-main1", "", "naïve café", "数据库", "emoji 🚀", "$(reboot) `x` \"y\"", "<b>bold</b>"})
    void ordinaryTextStaysAsItIs(String text) {
        assertThat(DisplayText.line(text)).isEqualTo(text);
        assertThat(DisplayText.block(text)).isEqualTo(text);
    }

    @Test
    void nullIsEmpty() {
        assertThat(DisplayText.line(null)).isEmpty();
        assertThat(DisplayText.block(null)).isEmpty();
    }

    @Test
    void hiddenCharactersBecomeVisible() {
        assertThat(DisplayText.line("a\nb\rc\td\0e\u001b[31m\u007f")).isEqualTo("a‹LF›b‹CR›c‹TAB›d‹NUL›e‹ESC›[31m‹U+007F›");
        assertThat(DisplayText.line("x\u202Egnp.exe")).isEqualTo("x‹U+202E›gnp.exe");
        assertThat(DisplayText.line("a\u200Bb\uFEFFc\u2028d\u2066e")).isEqualTo("a‹U+200B›b‹U+FEFF›c‹U+2028›d‹U+2066›e");
        assertThat(DisplayText.line("tag " + Character.toString(0xE0041))).isEqualTo("tag ‹U+E0041›");
        assertThat(DisplayText.line("half \uD83D")).isEqualTo("half ‹U+D83D›");
    }

    @Test
    void rightToLeftTextCannotReorderItsNeighbours() {
        assertThat(DisplayText.line("שרת")).isEqualTo("\u2068שרת\u2069");
        assertThat(DisplayText.line("\u2069שרת")).as("the isolate cannot be closed from inside").isEqualTo("\u2068‹U+2069›שרת\u2069");
    }

    @Test
    void longTextIsCutOnAWholeCharacter() {
        assertThat(DisplayText.line("x".repeat(5_000))).hasSizeLessThan(2_100).endsWith("… (3000 more characters)");
        var rockets = DisplayText.line("x" + "🚀".repeat(3_000));
        assertThat(rockets).doesNotContain("‹").endsWith("… (4002 more characters)");
    }

    @Test
    void labelsHaveNoMnemonics() {
        assertThat(DisplayText.label("R&D &Exit")).isEqualTo("R&&D &&Exit");
    }

    @Test
    void blocksKeepLinesAndTabs() {
        assertThat(DisplayText.block("one\r\n\ttwo\nthree\u0007")).isEqualTo("one\n\ttwo\nthree‹BEL›");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"plain-1.2/3:4=5|plain-1.2/3:4=5", "two words|'two words'", "it's|'it'\\''s'",
            "$(reboot)|'$(reboot)'", "~~|''", "a;b|'a;b'"})
    void argumentsAreQuotedAsAShellNeedsIt(String argument, String shown) {
        assertThat(DisplayText.argv(List.of(argument == null ? "" : argument))).isEqualTo(shown);
    }

    @Test
    void hiddenCharactersInArgumentsAreEscapedAndNothingIsCut() {
        assertThat(DisplayText.argv(List.of("a\nb'\\\u202E"))).isEqualTo("$'a\\nb\\'\\\\\\u202e'");
        assertThat(DisplayText.argv(List.of("x".repeat(10_000)))).hasSize(10_000);
        assertThat(DisplayText.argv(List.of("--tags", "Key=Name,Value=my db"))).isEqualTo("--tags 'Key=Name,Value=my db'");
    }
}
