package cloudops.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.request.RequestException;
import cloudops.storage.StorageException;

class WordsTest {

    @ParameterizedTest
    @CsvSource({"running,GOOD", "available,GOOD", "In-Use,GOOD", "stopped,OFF", "stopping,BUSY", "pending,BUSY", "backing-up,PLAIN",
            "modifying,BUSY", "failed,BAD", "storage-full,BAD", "whatever,PLAIN", ",PLAIN"})
    void statesHaveTones(String state, Tone tone) {
        assertThat(Tone.ofState(state)).isEqualTo(tone);
    }

    @ParameterizedTest
    @CsvSource({"0,0 ms", "-5,0 ms", "340,340 ms", "4200,4.2 s", "185000,3 min 5 s", "7440000,2 h 4 min"})
    void durationsAreShort(long millis, String words) {
        assertThat(Times.took(Duration.ofMillis(millis))).isEqualTo(words);
    }

    @ParameterizedTest
    @EnumSource(StorageException.Problem.class)
    void everyStorageProblemHasAdvice(StorageException.Problem problem) {
        var trouble = Trouble.of(new StorageException(problem, "the store does not open"));
        assertThat(trouble.what()).isEqualTo("The store does not open");
        assertThat(trouble.advice()).isNotBlank();
    }

    @Test
    void theCauseOfAFailedRequestAdvises() {
        var locked = new StorageException(StorageException.Problem.LOCKED, "locked");
        assertThat(Trouble.of(new RequestException(RequestException.Problem.STORAGE, "no estate", locked)).advice())
                .isEqualTo(Trouble.of(locked).advice());
    }

    @Test
    void aFailureWithoutMessageIsNamed() {
        assertThat(Trouble.of(new IllegalStateException()).what()).isEqualTo("Unexpected IllegalStateException");
    }
}
