package cloudops.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import cloudops.aws.AccessKey;
import cloudops.json.Json;

class AccessKeyInputTest {

    private static final String ID = "AKIAIOSFODNN7EXAMPLE", SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private static final String JSON = "{\"AccessKey\": {\"AccessKeyId\": \"%s\", \"SecretAccessKey\": \"%s\"}}".formatted(ID, SECRET);

    private final InputStream standardInput = System.in;

    @AfterEach
    void putBack() {
        System.setIn(standardInput);
    }

    private static AccessKey read(String text) throws CliException {
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return new AccessKeyInput(new Console(System.out, System.err, false, false, false, false)).ofStandardInput();
    }

    @Test
    void takesLinesAndWhatAwsPrints() throws Exception {
        for (var text : List.of(ID + "\n" + SECRET + "\n", ID + "\r\n" + SECRET, JSON, JSON.replace("{\"AccessKey\"", "{\"Credentials\""),
                "{\"AccessKeyId\": \"%s\", \"SecretAccessKey\": \"%s\"}".formatted(ID, SECRET))) {
            var key = read(text);
            assertThat(key.id()).as(text).isEqualTo(ID);
            assertThat(key.secret()).as(text).isEqualTo(SECRET.toCharArray());
        }
    }

    @Test
    void noBufferThatEveryJsonSharesKeepsTheSecret() throws Exception {
        Json.mapper().readTree("[" + "0,".repeat(2000) + "0]"); // so that this thread has its buffer
        read(JSON);
        var pool = answer(Json.mapper().getFactory(), "_getRecyclerPool");
        var buffers = answer(pool, "acquireAndLinkPooled");
        for (int kind = 0; kind < 4; kind++) {
            var buffer = (char[]) buffers.getClass().getMethod("allocCharBuffer", int.class).invoke(buffers, kind);
            assertThat(new String(buffer)).as("buffer " + kind).doesNotContain(SECRET);
        }
    }

    /** The JSON library's own, which is no API of it. */
    private static Object answer(Object object, String method) throws ReflectiveOperationException {
        return object.getClass().getMethod(method).invoke(object);
    }

    @Test
    void whatIsNoKeyPairIsNotQuoted() {
        for (var text : List.of("", ID, "{" + SECRET, "{\"SecretAccessKey\": \"" + SECRET + "\"}", "a\nb\nc\n" + SECRET)) {
            assertThatThrownBy(() -> read(text)).isInstanceOf(CliException.class).message().doesNotContain(SECRET);
        }
    }
}
