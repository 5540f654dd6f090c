package cloudops.execution.internal;

import static cloudops.execution.internal.EngineFixture.exec;
import static cloudops.execution.internal.EngineFixture.in;
import static cloudops.execution.internal.EngineFixture.shell;
import static cloudops.execution.internal.EngineFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.HistoryFilter;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;

class ProgramTest {

    @TempDir
    private Path home;
    private EngineFixture fixture;

    @BeforeEach
    void open() throws Exception {
        var host = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "HOME", "/root", "LC_ALL", "C.UTF-8", "https_proxy", "http://proxy:1",
                "AWS_SECRET_ACCESS_KEY", "secret", "GITHUB_TOKEN", "secret", "CLOUDOPS_PASSPHRASE", "secret", "LD_PRELOAD", "evil.so"));
        host.put("XDG_RUNTIME_DIR", "/run/user/0");
        fixture = new EngineFixture(home, host, Optional.empty(), false);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void passesHostileArgumentsAsTheyAre() throws Exception {
        var hostile = List.of("a b", "$(touch /tmp/x)", "`id`", "'\"\\", "line1\nline2", "\u202Egnp.exe", "\uD83D\uDE00", "", "*", "; ls", "%s", "-n",
                "--", "$HOME", "~");
        var argv = new ArrayList<>(List.of("printf", "%s\\0"));
        argv.addAll(hostile);

        var result = fixture.run(exec(argv.toArray(String[]::new)));

        assertThat(result.stderr()).isEmpty();
        assertThat(Arrays.asList(result.stdout().split("\0", -1)).subList(0, hostile.size())).isEqualTo(hostile);
    }

    @Test
    void failsForAMissingProgram() throws Exception {
        failed(exec("no-such-program-$(x)"), "program not found: 'no-such-program-$(x)' is in no folder of the PATH");
        failed(exec("/no/such/program"), "program not found: /no/such/program");
        failed(exec(home.toString()), "not a program but a folder");
    }

    @Test
    void failsForAProgramThatIsNotExecutable() throws Exception {
        var file = Files.writeString(home.resolve("it's data"), "x");
        failed(exec(file.toString()), "not executable: " + file + "; try: chmod +x '");
    }

    @Test
    void failsForAMissingWorkingDirectory() throws Exception {
        failed(in(home.resolve("nowhere"), exec("true")), "no such working directory: " + home.resolve("nowhere"));
    }

    private void failed(ExecutionRequest request, String message) throws Exception {
        var result = fixture.run(request);
        assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(result.error()).contains(message);
        assertThat(result.exitCode()).isNull();
        assertThat(result.duration()).isNotNull();
        assertThat(fixture.engine.status(request.id()).status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void refusesWhatNoProcessCanReceive() throws Exception {
        refused(exec(), "empty");
        refused(exec(""), "empty");
        refused(exec("echo", "a\0b"), "NUL");
        refused(exec("true").withTimeout(Duration.ZERO), "timeout");
        refused(exec("true").withTimeout(Duration.ofSeconds(-1)), "timeout");
        refused(exec("true").withTimeout(Duration.ofDays(400)), "timeout");
        refused(with(Map.of("A=B", "x"), exec("true")), "A=B");
        refused(with(Map.of("", "x"), exec("true")), "variable");
        refused(with(Map.of("A", "a\0b"), exec("true")), "NUL");
    }

    @ParameterizedTest
    @ValueSource(strings = { "CLOUDOPS_PASSPHRASE", "CLOUDOPS_", "cloudops_home", "_EXECUTION_ID" })
    void refusesVariablesOfOurs(String name) throws Exception {
        refused(with(Map.of(name, "x"), exec("true")), name);
    }

    private void refused(ExecutionRequest request, String message) throws Exception {
        assertThatThrownBy(() -> fixture.start(request)).hasMessageContaining(message).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_REQUEST));
        assertThat(fixture.engine.history(HistoryFilter.ALL)).isEmpty();
    }

    @Test
    void refusesAnIdTwice() throws Exception {
        var request = exec("true");
        fixture.run(request);
        assertThatThrownBy(() -> fixture.start(request)).hasMessageContaining("in use");
    }

    @Test
    void passesOnlyListedVariables() throws Exception {
        var request = with(Map.of("MINE", "a b", "PATH", "/usr/bin:/bin:/mine"), exec("env"));
        var result = fixture.run(request);

        var variables = result.stdout().lines().map(line -> line.split("=", 2)).collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        assertThat(variables).containsOnly(Map.entry("PATH", "/usr/bin:/bin:/mine"), Map.entry("HOME", "/root"), Map.entry("LC_ALL", "C.UTF-8"),
                Map.entry("https_proxy", "http://proxy:1"), Map.entry("MINE", "a b"), Map.entry("_EXECUTION_ID", request.id().toString()),
                Map.entry("AWS_CONFIG_FILE", home.resolve("aws-config").toString()),
                Map.entry("AWS_SHARED_CREDENTIALS_FILE", home.resolve("aws-credentials").toString()));
    }

    @Test
    void runsInTheFolderOfTheRequestOrInItsOwn() throws Exception {
        assertThat(fixture.run(in(Path.of("/"), exec("pwd"))).stdout()).isEqualTo("/\n");
        assertThat(fixture.run(exec("pwd")).stdout()).isEqualTo(home.toRealPath().resolve("scratch") + "\n");
    }

    @Test
    void hasNoTerminalToAskOn() throws Exception {
        assertThat(fixture.run(shell("(exec </dev/tty) 2>/dev/null && echo terminal || echo none")).stdout()).isEqualTo("none\n");
    }

    @Test
    void ignoresRelativeFoldersOnThePath() throws Exception {
        var script = Files.writeString(home.resolve("planted"), "#!/bin/sh\necho planted\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        failed(in(home, with(Map.of("PATH", ".::/usr/bin"), exec("planted"))), "is in no folder of the PATH");
        assertThat(fixture.run(in(home, exec("./planted"))).stdout()).isEqualTo("planted\n");
    }
}
