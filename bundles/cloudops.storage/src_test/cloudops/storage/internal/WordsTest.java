package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void splitsAtSeparatorsAndChangesOfCase() {
        assertThat(Words.of("pg-instance-main1")).containsExactly("pg", "instance", "main1");
        assertThat(Words.of("MyAPIServer_v2.test/x:y")).containsExactly("my", "api", "server", "v2", "test", "x", "y");
        assertThat(Words.of("Café-Zürich")).containsExactly("cafe", "zurich");
        assertThat(Words.of("\u05E9\u05DC\u05D5\u05DD-x")).containsExactly("\u05E9\u05DC\u05D5\u05DD", "x");
        assertThat(Words.of("RDSMain v2Final X1Y Ab\u0301C \u01c5x")).containsExactly("rds", "main", "v2", "final", "x1", "y", "abc", "dzx");
        assertThat(Words.of(" --__.. ")).isEmpty();
        assertThat(Words.of("\uD83D\uDE00")).isEmpty();
    }

    @Test
    void partsAreSplitWhereLettersMeetDigits() {
        assertThat(Words.andParts("main1-x")).containsExactly("main1", "main", "1", "x");
    }

    @Test
    void synonymsReachBothWaysAndFromThePlural() {
        assertThat(Synonyms.of("db")).contains("database", "rds").doesNotContain("db");
        assertThat(Synonyms.of("rds")).contains("db");
        assertThat(Synonyms.of("databases")).contains("database", "rds");
        assertThat(Synonyms.of("unheard")).isEmpty();
    }
}
