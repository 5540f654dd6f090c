package cloudops.playbooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.playbooks.PlaybookRepository.BadPlaybook;

class BadPlaybookTest {

    private static final String GOOD = """
            id: aws_rds_stop_instance
            version: 1.0.0
            title: Stop a database
            intent:
              service: rds
              operation: stop
              resource_type: rds_instance
              kind: command
              utterances: [Stop it, Halt it, End it]
            parameters:
              - name: id
                from: resource.identifier
                required: true
                description: The ID
                pattern: '[a-z]+'
            steps:
              - id: stop
                description: Stop {{resource.name}}
                command: aws rds stop-db-instance
                args:
                  - --db-instance-identifier
                  - '{{id}}'
            risk:
              base: medium
              impact: Down
            explain: I will stop {{id}}
            estimated_duration: 1
            """;

    @TempDir
    Path folder;

    @Test
    void theGoodOneIsGood() throws IOException {
        assertThat(problems(GOOD)).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
            version: 1.0.0                     | version: 1.0                         | 2  | string
            operation: stop                    | operation: Stop it!                  | 6  | pattern
            kind: command                      | kind: magic                          | 8  | intent.kind
            title: Stop a database             | titel: Stop a database               | 3  | titel
            base: medium                       | base: huge                           | 24 | risk.base
            description: The ID                | description: The ID, colour: red     | 14 | mapping values
            name: id                           | name: other                          | 22 | {{id}} is no declared parameter
            pattern: '[a-z]+'                  | pattern: '[a-z'                      | 15 | is no regular expression
            from: resource.identifier          | from: resource.shoe_size             | 12 | is no source of values
            command: aws rds stop-db-instance  | command: aws rds stop; rm -rf /      | 19 | write 'aws <service> <operation>'
            command: aws rds stop-db-instance  | command: bash -c ls                  | 19 | write 'aws <service> <operation>'
            - --db-instance-identifier         | - --endpoint-url                     | 21 | belongs to the user
            - --db-instance-identifier         | - --endpoint                         | 21 | belongs to the user
            - --db-instance-identifier         | - --prof=x                           | 21 | belongs to the user
            - '{{id}}'                         | - file:///etc/passwd                 | 22 | from elsewhere
            - --db-instance-identifier         | - '--x={{id}}'                       | 21 | an option holds no placeholder
            - '{{id}}'                         | - '[{"Id":{{id}}]'                   | 22 | begins like JSON
            explain: I will stop {{id}}        | explain: I will stop {{nobody}}      | 26 | {{nobody}} is neither
            command: aws rds stop-db-instance  | depends_on: [later]                  | 17 | command
            version: 1.0.0                     | id: twice                            | 2  | Duplicate
            title: Stop a database             | title: *alias                        | 3  | alias
            """)
    void sayWhereAndWhat(String from, String to, int line, String message) throws IOException {
        assertThat(GOOD).contains(from);
        assertThat(problems(GOOD.replace(from, to))).anySatisfy(bad -> {
            assertThat(bad.file()).isEqualTo("a.yaml");
            assertThat(bad.message()).containsIgnoringCase(message);
            assertThat(bad.line()).isEqualTo(line);
        });
    }

    @Test
    void stepsDependOnEarlierStepsOnly() throws IOException {
        var bad = problems(GOOD.replace("    command:", "    depends_on: [later]\n    command:"));
        assertThat(bad).extracting(BadPlaybook::line, BadPlaybook::message)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(19, "depends on 'later', which is no step before this one"));
    }

    @Test
    void emptyBinaryAndHugeFilesAreRejected() throws IOException {
        assertThat(problems("")).singleElement().extracting(BadPlaybook::message).asString().contains("empty");
        assertThat(problems("id: a\n---\nid: b\n")).singleElement().extracting(BadPlaybook::message).asString().contains("second document");
        assertThat(problems("#".repeat(300_000))).singleElement().extracting(BadPlaybook::message).asString().contains("at most");
        Files.write(folder.resolve("a.yaml"), new byte[] { (byte) 0xff, (byte) 0xfe, 0 });
        assertThat(new PlaybookFolder(folder).rejected()).singleElement().extracting(BadPlaybook::message).asString().contains("UTF-8");
        assertThat(problems("- just\n- a list\n")).isNotEmpty();
        assertThat(problems("&a [*a, *a]\n")).isNotEmpty();
    }

    @Test
    void theRestWorks() throws IOException {
        Files.writeString(folder.resolve("b.yaml"), GOOD);
        Files.writeString(folder.resolve("c.yaml"), GOOD);
        Files.writeString(folder.resolve("notes.txt"), "no playbook");
        assertThat(problems("nonsense: true")).extracting(BadPlaybook::file).contains("a.yaml", "c.yaml").doesNotContain("b.yaml");
        var playbooks = new PlaybookFolder(folder);
        assertThat(playbooks.all()).extracting(Playbook::id).containsExactly("aws_rds_stop_instance");
        assertThat(playbooks.rejected()).filteredOn(bad -> bad.file().equals("c.yaml")).singleElement()
                .satisfies(bad -> assertThat(bad.message()).contains("taken by another file"));
    }

    private List<BadPlaybook> problems(String text) throws IOException {
        Files.write(folder.resolve("a.yaml"), text.getBytes(StandardCharsets.UTF_8));
        return new PlaybookFolder(folder).rejected();
    }
}
