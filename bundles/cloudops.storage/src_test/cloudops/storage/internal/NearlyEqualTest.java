package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.Random;

import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.CharacterRunAutomaton;
import org.apache.lucene.util.automaton.LevenshteinAutomata;
import org.apache.lucene.util.automaton.Operations;
import org.junit.jupiter.api.Test;

class NearlyEqualTest {

    @Test
    void countsTypingErrors() {
        assertThat(new NearlyEqual("staging").errors("staging")).hasValue(0);
        assertThat(new NearlyEqual("staging").errors("stagign")).hasValue(1);
        assertThat(new NearlyEqual("staging").errors("satgign")).isEmpty();
        assertThat(new NearlyEqual("production").errors("porduciton")).hasValue(2);
        assertThat(new NearlyEqual("api").errors("apo")).isEmpty();
        assertThat(new NearlyEqual("").errors("")).isEmpty();
        assertThat(new NearlyEqual("x".repeat(100)).errors("x".repeat(100))).isEmpty();
    }

    /** Lucene's automata are the judge, for words of few letters, which are near to each other often. */
    @Test
    void agreesWithLucene() {
        var random = new Random(20_260_101);
        for (int trial = 0; trial < 60; trial++) {
            var typed = word(random);
            int most = NearlyEqual.forgiven(typed);
            var nearly = new NearlyEqual(typed);
            for (int other = 0; other < 100; other++) {
                var word = word(random);
                var expected = OptionalInt.empty();
                for (int errors = most; errors >= 0 && most > 0; errors--) {
                    if (automaton(typed, errors).run(word)) {
                        expected = OptionalInt.of(errors);
                    }
                }
                assertThat(nearly.errors(word)).as("%s %s", typed, word).isEqualTo(expected);
            }
        }
    }

    private static CharacterRunAutomaton automaton(String typed, int errors) {
        var automaton = errors == 0 ? Automata.makeString(typed)
                : Operations.determinize(new LevenshteinAutomata(typed, true).toAutomaton(errors), Operations.DEFAULT_DETERMINIZE_WORK_LIMIT);
        return new CharacterRunAutomaton(automaton);
    }

    private static String word(Random random) {
        var word = new StringBuilder();
        for (int length = 1 + random.nextInt(9); length > 0; length--) {
            word.append((char) ('a' + random.nextInt(2)));
        }
        return word.toString();
    }
}
