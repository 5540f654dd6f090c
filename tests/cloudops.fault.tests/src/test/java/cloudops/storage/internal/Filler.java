package cloudops.storage.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import cloudops.storage.ChatStorage.Message;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.StorageException;

/**
 * A program that writes to a home until its disk is full: {@code home ballast seed}. Then it removes the file {@code ballast}, and writes again; without
 * that file it ends where the disk is full. As {@code home} alone it says what is there, after it has written, too.
 */
final class Filler {

    /** Of {@link Ledger}'s, so many: there must be room for what they become in the meantime, too. */
    static final int GROUPS = 7;

    private static final int MOST = 200;

    private final OpenHome home;
    private final Ledger ledger = new Ledger();
    private final Random random;
    private final List<String> said = new ArrayList<>();

    private Filler(OpenHome home, long seed) {
        this.home = home;
        random = new Random(seed);
    }

    public static void main(String[] args) throws Exception {
        try (var opened = OpenHome.of(Path.of(args[0]))) {
            if (args.length == 1) {
                report(opened);
                opened.estate().upsert(Ledger.group(0, 77_777));
                opened.chats().append(Ledger.CONVERSATION, Role.USER, "again", List.of());
                opened.keys().rotate((done, total) -> { });
                report(opened);
            } else {
                new Filler(opened, Long.parseLong(args[2])).run(Path.of(args[1]));
            }
        }
        System.exit(0);
    }

    private static void report(OpenHome home) throws StorageException {
        var resources = new ArrayList<String>();
        home.estate().list(cloudops.storage.ResourceFilter.ALL, resource -> resources.add(resource.identifier()));
        int messages = home.chats().history(Ledger.CONVERSATION, Integer.MAX_VALUE).size();
        System.out.println("there " + resources.size() + " " + messages + " " + (home.estate().damaged().size() + home.chats().damaged()));
    }

    private interface Request {
        void run() throws StorageException;
    }

    private void run(Path ballast) throws Exception {
        for (int group = 0; group < GROUPS; group++) {
            Work.write(home, group, 0, ledger::hear);
        }
        append(100);
        untilFull("append", () -> append(30_000));
        untilFull("upsert", () -> Work.write(home, random.nextInt(GROUPS), ledger.lastRound() + 1, ledger::hear));
        untilFull("rotate", () -> Work.rotate(home, ledger::hear));
        check();
        if (Files.deleteIfExists(ballast)) {
            append(100);
            Work.write(home, 3, ledger.lastRound() + 1, ledger::hear);
            Work.rotate(home, ledger::hear);
            check();
            System.out.println("works again");
        }
        report(home);
    }

    private void append(int letters) throws StorageException {
        var text = new StringBuilder();
        random.ints(letters, 0x4e00, 0x9000).forEach(text::appendCodePoint);
        home.chats().append(Ledger.CONVERSATION, Role.USER, text.toString(), List.of());
        said.add(text.toString());
    }

    private void untilFull(String what, Request request) {
        try {
            for (int i = 0; i < MOST; i++) {
                request.run();
            }
            System.out.println("not full " + what);
        } catch (StorageException e) {
            System.out.println("refused " + what + " " + e.problem() + " " + e.getMessage() + "; try: " + e.remedy());
        }
    }

    private void check() throws StorageException {
        var there = home.chats().history(Ledger.CONVERSATION, Integer.MAX_VALUE).stream().map(Message::content).toList();
        if (!there.equals(said) || home.chats().damaged() > 0) {
            throw new AssertionError(there.size() + " messages there, " + said.size() + " were acknowledged");
        }
        ledger.checkEstate(home);
    }
}
