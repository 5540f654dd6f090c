package cloudops.aws.proxy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** What a client gets to see. */
sealed interface Answer {

    /**
     * A whole answer.
     *
     * @param headers without those that say how long it is and what becomes of the connection
     */
    record Reply(int status, Map<String, String> headers, byte[] body) implements Answer {

        public Reply {
            headers = Map.copyOf(headers);
        }

        static Reply of(int status, String contentType, String body) {
            return new Reply(status, Map.of("Content-Type", contentType), body.getBytes(StandardCharsets.UTF_8));
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        Reply with(String otherBody) {
            return new Reply(status, headers, otherBody.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Nothing, until the client gives up. */
    record Silence() implements Answer {
    }

    /** The connection is reset. */
    record Reset() implements Answer {
    }

    /** The head and half of the body, and then the end of the connection. */
    record CutOff(Reply reply) implements Answer {
    }

    /** A whole answer that takes its time before it begins and half-way. */
    record Late(Reply reply, Duration pause) implements Answer {
    }
}
