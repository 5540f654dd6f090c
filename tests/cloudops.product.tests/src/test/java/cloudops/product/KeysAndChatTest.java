package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

        var heardOnly = product.run("--read-only", "ask", "--conversation", first, "--dry-run", "and now?");
        assertThat(heardOnly.exit()).as(heardOnly.err()).isZero();
        assertThat(heardOnly.err()).contains("Not kept in a conversation: read-only");
        assertThat(product.run("chat", "show", first, "--json").json()).hasSize(2);
        var readOnly = product.run("--read-only", "chat", "delete", first);
        assertThat(readOnly.exit()).isEqualTo(4);
        assertThat(product.run("chat", "delete", first.substring(0, 8)).exit()).isZero();
        assertThat(product.run("chat", "delete", first).exit()).isEqualTo(1);
        assertThat(product.run("chat", "show", first).err()).contains("there is no conversation", "  try: cloudops chat list");
        assertThat(product.run("chat", "show", "'; drop").exit()).isEqualTo(2);
        assertThat(product.run("chat", "list", "--json").json()).hasSize(1);
    }

    @Test
    void twoProcessesSpeakInOneConversation() throws Exception {
        var conversation = begin("Which buckets are public?");
        var both = List.of("Stop the database pg-main1", "Start the database pg-main2").stream().map(prompt -> {
            try {
                return product.start("ask", "--conversation", conversation, "--json", "--dry-run", prompt);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).toList();
        for (var process : both) {
            var run = Product.await(process);
            assertThat(run.exit()).as(run.err()).isZero();
        }
        var messages = product.run("chat", "show", conversation, "--json").json();
        assertThat(messages).hasSize(6);
        assertThat(messages.findValuesAsText("at")).isSorted();
        assertThat(messages.findValuesAsText("content")).contains("Stop the database pg-main1", "Start the database pg-main2")
                .startsWith("Which buckets are public?");
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

    @Test
    void aPassphraseIsChangedAndReadFromADescriptor() throws Exception {
        begin("Which buckets are public?");
        var keyring = folder.resolve("home/keys/keyring.json");
        var before = Files.readString(keyring);
        product.with("CLOUDOPS_PASSPHRASE", "wrong").with("CLOUDOPS_NEW_PASSPHRASE", "battery staple");
        var wrong = product.run("keys", "protect", "--with", "passphrase");
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).contains("the passphrase is not the one that opens the home");
        assertThat(Files.readString(keyring)).isEqualTo(before);

        product.with("CLOUDOPS_PASSPHRASE", "correct horse").with("CLOUDOPS_NEW_PASSPHRASE", null).with("CLOUDOPS_NEW_PASSPHRASE_FD", "0");
        var changed = product.feed("battery \u05e9\u05dc\u05d5\u05dd \ud83d\udc18 $(id)\n", "keys", "protect", "--with", "passphrase");
        assertThat(changed.exit()).as(changed.err()).isZero();
        product.with("CLOUDOPS_NEW_PASSPHRASE_FD", null);
        assertThat(product.run("chat", "list").err()).contains("the passphrase is not the one that opens the home");

        product.with("CLOUDOPS_PASSPHRASE_FD", "0");
        var read = product.feed("battery \u05e9\u05dc\u05d5\u05dd \ud83d\udc18 $(id)", "chat", "list", "--json");
        assertThat(read.json()).as(read.err()).hasSize(1);
        // a descriptor that was named is not replaced by another source
        var empty = product.run("chat", "list");
        assertThat(empty.exit()).isEqualTo(1);
        assertThat(empty.err()).contains("is empty", "  try: ", "CLOUDOPS_PASSPHRASE_FD");
        assertThat(product.with("CLOUDOPS_PASSPHRASE_FD", "seven").run("chat", "list").err()).contains("the file descriptor seven", "it is no number");
        assertThat(product.with("CLOUDOPS_PASSPHRASE_FD", "987").run("chat", "list").err()).contains("the file descriptor 987", "cannot be read");
    }
}
