package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code keys} and {@code chat}, each command a process of its own. */
class KeysAndChatTest {

    private static final String HOSTILE = "Which \"buckets\" are $(public); \u202e\u05e9\u05dc\u05d5\u05dd \ud83d\udc18\nsecond line?";

    @TempDir
    Path folder;

    private Product product;

    @BeforeEach
    void home() throws Exception {
        product = new Product(folder).with("CLOUDOPS_HOME", folder.resolve("home").toString()).with("CLOUDOPS_PASSPHRASE", "correct horse");
    }

    private String begin(String prompt) throws Exception {
        var asked = product.run("ask", "--conversation", "new", "--json", "--dry-run", prompt);
        assertThat(asked.exit()).as(asked.err()).isZero();
        return asked.json().path("conversation").asText();
    }

    @Test
    void conversationsAreKeptFoundAndDeleted() throws Exception {
        var first = begin(HOSTILE);
        var second = begin("Stop the database pg-main1");
        var list = product.run("chat", "list", "--json").json();
        assertThat(list.findValuesAsText("id")).containsExactly(second, first);
        assertThat(list.at("/0/messages").asInt()).isEqualTo(2);
        assertThat(product.run("chat", "list").out()).contains(first.substring(0, 8), second.substring(0, 8)).doesNotContain("\u202e");

        var more = product.run("ask", "--conversation", second.substring(0, 8), "--json", "--show-request", "--dry-run", "and start it again");
        assertThat(more.json().path("conversation").asText()).isEqualTo(second);
        assertThat(more.json().at("/request/chat_history/0/content").asText()).isEqualTo("Stop the database pg-main1");

        var shown = product.run("chat", "show", first.substring(0, 8), "--json").json();
        assertThat(shown.at("/0/role").asText()).isEqualToIgnoringCase("user");
        assertThat(shown.at("/0/content").asText()).isEqualTo(HOSTILE);
        assertThat(product.run("chat", "show", first).out()).contains("second line?").doesNotContain("\u202e");
        assertThat(product.run("chat", "search", "--json", "buckets").json().at("/0/message/conversation").asText()).isEqualTo(first);
        assertThat(product.run("chat", "search", "halt", "an", "RDS", "instance", "--json").json().findValuesAsText("conversation")).contains(second);

        var readOnly = product.run("--read-only", "chat", "delete", first);
        assertThat(readOnly.exit()).isEqualTo(4);
        assertThat(product.run("chat", "delete", first.substring(0, 8)).exit()).isZero();
        assertThat(product.run("chat", "delete", first).exit()).isEqualTo(1);
        assertThat(product.run("chat", "show", first).err()).contains("there is no conversation", "  try: cloudops chat list");
        assertThat(product.run("chat", "show", "'; drop").exit()).isEqualTo(2);
        assertThat(product.run("chat", "list", "--json").json()).hasSize(1);
    }

    @Test
    void rotatedKeysOpenEverythingAndDestroyedOnesNothing() throws Exception {
        assertThat(product.run("keys", "rotate").exit()).isEqualTo(1);
        var conversation = begin("Which buckets are public?");
        assertThat(product.run("exec", "--", "echo", "a secret line").exit()).isZero();
        var execution = product.run("executions", "list", "--json").json().at("/0/id").asText();

        assertThat(product.run("--read-only", "keys", "rotate").exit()).isEqualTo(4);
        var rotated = product.run("keys", "rotate", "--json");
        assertThat(rotated.exit()).as(rotated.err()).isZero();
        assertThat(rotated.json().path("version").asInt()).isEqualTo(2);
        assertThat(rotated.json().path("rewritten").asInt()).isEqualTo(2);
        var status = product.with("CLOUDOPS_PASSPHRASE", null).run("keys", "status", "--json").json();
        assertThat(status.path("method").asText()).isEqualTo("passphrase");
        assertThat(status.path("rotating").asBoolean(true)).isFalse();
        assertThat(status.at("/records/2").asInt()).isEqualTo(2);
        product.with("CLOUDOPS_PASSPHRASE", "correct horse");
        assertThat(product.run("chat", "show", conversation, "--json").json()).hasSize(2);
        assertThat(product.run("executions", "logs", execution).out()).contains("a secret line");

        var unasked = product.run("keys", "destroy");
        assertThat(unasked.exit()).isEqualTo(4);
        assertThat(unasked.err()).contains("nobody to ask", "--yes");
        assertThat(product.run("--read-only", "keys", "destroy", "--yes").exit()).isEqualTo(4);
        assertThat(product.run("chat", "list", "--json").json()).hasSize(1);

        assertThat(product.run("keys", "destroy", "--yes").exit()).isZero();
        for (var command : new String[][] { { "chat", "list" }, { "executions", "logs", execution }, { "resources", "list" }, { "exec", "--", "echo", "x" } }) {
            var refused = product.run(command);
            assertThat(refused.exit()).as(String.join(" ", command) + refused.out()).isEqualTo(1);
            assertThat(refused.err()).contains("is gone");
        }
        assertThat(folder.resolve("home/keys/keyring.json")).doesNotExist();
        try (var files = Files.list(folder.resolve("home/keys"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("lock");
        }
    }
}
