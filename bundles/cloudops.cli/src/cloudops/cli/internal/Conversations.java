package cloudops.cli.internal;

import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.HistoryFilter;
import cloudops.storage.ChatStorage;
import cloudops.storage.ChatStorage.Conversation;
import cloudops.storage.StorageException;

/** Conversations as a person names and hears of them. */
final class Conversations {

    static final String NEW = "new";

    private static final Pattern WHOLE = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final Pattern BEGINNING = Pattern.compile("\\p{XDigit}{4}[\\p{XDigit}-]*");

    private Conversations() {
    }

    /** The conversation with the ID {@code typed}, or with the only one that begins so. */
    static UUID find(ChatStorage chats, String typed) throws CliException, StorageException {
        if (WHOLE.matcher(typed).matches()) {
            return UUID.fromString(typed);
        }
        if (!BEGINNING.matcher(typed).matches()) {
            throw new CliException(ExitCode.USAGE, "not an ID, nor four or more digits of one: " + typed, "cloudops chat list");
        }
        var found = chats.list(Integer.MAX_VALUE).stream().map(Conversation::id)
                .filter(id -> id.toString().regionMatches(true, 0, typed, 0, typed.length())).toList();
        return switch (found.size()) {
            case 1 -> found.getFirst();
            case 0 -> throw new CliException(ExitCode.FAILED, "no conversation's ID begins with " + typed, "cloudops chat list");
            default -> throw new CliException(ExitCode.FAILED, found.size() + " conversations have an ID that begins with " + typed, "more digits of it");
        };
    }

    /** What the history of executions calls the conversation with the ID {@code typed}, or with the only one that begins so; it may be deleted. */
    static String inHistory(ExecutionEngine engine, String typed) throws CliException, ExecutionException {
        if (WHOLE.matcher(typed).matches() || !BEGINNING.matcher(typed).matches()) {
            return typed; // a plan's file may name a conversation of another kind
        }
        var found = engine.history(HistoryFilter.ALL).stream().map(each -> each.metadata().conversationId()).filter(Objects::nonNull).distinct()
                .filter(id -> id.regionMatches(true, 0, typed, 0, typed.length())).toList();
        if (found.size() > 1) {
            throw new CliException(ExitCode.FAILED, found.size() + " conversations have an ID that begins with " + typed, "more digits of it");
        }
        return found.isEmpty() ? typed : found.getFirst();
    }

    static CliException none(UUID id) {
        return new CliException(ExitCode.FAILED, "there is no conversation " + id, "cloudops chat list");
    }

    /** The exit code of a command that read {@code chats}. */
    static int report(Cli cli, ChatStorage chats) {
        if (chats.damaged() == 0) {
            return ExitCode.DONE;
        }
        cli.console().err().println("cloudops: " + chats.damaged() + " messages of the store are damaged and left out");
        cli.console().err().println("  try: restore a backup");
        return ExitCode.PARTLY;
    }
}
