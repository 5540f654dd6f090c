package cloudops.vectorstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import cloudops.vectorstore.StoreMigration.Leftovers;
import cloudops.vectorstore.StoreMigration.Migrated;
import cloudops.vectorstore.VectorStoreException.Problem;

class StoreMigrationTest {

    private final MapStore from = new MapStore();
    private final MapStore to = new MapStore();

    @Test
    void copiesEveryCollection() throws Exception {
        fill("aws_estate", 250);
        fill("chat_history", 7);
        from.ensureCollection("empty", 3);
        var told = new ArrayList<Long>();

        var migrated = new StoreMigration(from, to, Leftovers.REFUSE, (collection, done, total) -> told.add(done)).run();

        assertThat(migrated).containsExactly(new Migrated("aws_estate", 2, 250, 250), new Migrated("chat_history", 2, 7, 7),
                new Migrated("empty", 3, 0, 0));
        assertThat(to.points).isEqualTo(from.points);
        assertThat(told).hasSize(257).contains(250L);
        assertThat(migrate()).as("again").first().isEqualTo(new Migrated("aws_estate", 2, 250, 0));
    }

    @Test
    void goesOnWhereItWasStopped() throws Exception {
        fill("aws_estate", 1_000);
        to.writesLeft = 4;
        assertThat(catchThrowableOfType(VectorStoreException.class, this::migrate)).hasMessage("full");
        assertThat(to.points.get("aws_estate")).hasSize(400);
        to.writesLeft = Integer.MAX_VALUE;

        assertThat(migrate()).containsExactly(new Migrated("aws_estate", 2, 1_000, 600));
        assertThat(to.points).isEqualTo(from.points);
    }

    @Test
    void stopsAtAnyWriteAndEndsEqual() throws Exception {
        var random = new Random(4);
        for (int trial = 0; trial < (Boolean.getBoolean("cloudops.test.long") ? 3_000 : 40); trial++) {
            from.sizes.clear();
            from.points.clear();
            to.sizes.clear();
            to.points.clear();
            fill("aws_estate", random.nextInt(2_000));
            fill("chat_history", random.nextInt(300));
            int runs = 0;
            boolean done = false;
            while (!done) {
                to.writesLeft = random.nextInt(8);
                try {
                    migrate();
                    done = true;
                } catch (VectorStoreException e) {
                    runs++;
                }
                assertThat(runs).isLessThan(500);
                // what was written since the last run
                upsert("aws_estate", random.nextInt(100), random.nextInt());
            }
            to.writesLeft = Integer.MAX_VALUE;
            migrate();
            assertThat(to.points).as("trial %d", trial).isEqualTo(from.points);
        }
    }

    @Test
    void noticesEveryDifference() throws Exception {
        fill("aws_estate", 3);
        migrate();
        var whole = from.points.get("aws_estate").get(new UUID(0, 1));
        for (var changed : List.of(new Point(whole.id(), new float[] { 1, Math.nextUp(2f) }, whole.payload(), whole.blob()),
                new Point(whole.id(), null, whole.payload(), whole.blob()), new Point(whole.id(), whole.vector(), Map.of(), whole.blob()),
                new Point(whole.id(), whole.vector(), Map.of("field", List.of("1", "")), whole.blob()),
                new Point(whole.id(), whole.vector(), Map.of("fiel", List.of("d1")), whole.blob()),
                new Point(whole.id(), whole.vector(), whole.payload(), new byte[0]))) {
            to.points.get("aws_estate").put(whole.id(), changed);

            assertThat(migrate().getFirst().copied()).isEqualTo(1);
            assertThat(to.points.get("aws_estate").get(whole.id())).isSameAs(whole);
        }
    }

    @Test
    void copiesWhatIsWrittenMeanwhile() throws Exception {
        var busy = new MapStore() {

            private final AtomicInteger scrolls = new AtomicInteger();

            @Override
            public void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException {
                super.scroll(collection, filter, each);
                if (scrolls.incrementAndGet() == 1) {
                    points.get(collection).remove(new UUID(0, 3));
                    points.get(collection).put(new UUID(0, 99), point(99, 1));
                }
            }
        };
        busy.ensureCollection("aws_estate", 2);
        busy.upsert("aws_estate", IntStream.range(0, 10).mapToObj(i -> point(i, 1)).toList());

        assertThat(new StoreMigration(busy, to, Leftovers.REFUSE, (c, d, t) -> { }).run()).containsExactly(new Migrated("aws_estate", 2, 10, 11));
        assertThat(to.points).isEqualTo(busy.points);
    }

    @Test
    void givesUpOnASourceThatNeverRests() throws Exception {
        var restless = new MapStore() {

            private int last = 100;

            @Override
            public void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException {
                super.scroll(collection, filter, each);
                points.get(collection).put(new UUID(0, last), point(last++, 1));
            }
        };
        restless.ensureCollection("aws_estate", 2);

        var thrown = catchThrowableOfType(VectorStoreException.class, () -> new StoreMigration(restless, to, Leftovers.REFUSE, (c, d, t) -> { }).run());

        assertThat(thrown.problem()).isEqualTo(Problem.LOCKED);
        assertThat(thrown).hasMessageContaining("try: ");
    }

    @Test
    void doesNotMixTwoStores() throws Exception {
        fill("aws_estate", 3);
        to.ensureCollection("aws_estate", 2);
        to.upsert("aws_estate", List.of(point(77, 1)));

        assertThat(catchThrowableOfType(VectorStoreException.class, this::migrate).problem()).isEqualTo(Problem.FOREIGN);

        assertThat(to.points.get("aws_estate")).containsOnlyKeys(new UUID(0, 77));
    }

    @Test
    void doesNotMixTwoStoresThatHaveOneSpecialPointInCommon() throws Exception {
        fill("aws_estate", 3);
        to.ensureCollection("aws_estate", 2);
        to.upsert("aws_estate", List.of(point(0, 1), point(77, 1)));

        var thrown = catchThrowableOfType(VectorStoreException.class, () -> migrate(Leftovers.DELETE));

        assertThat(thrown.problem()).isEqualTo(Problem.FOREIGN);
        assertThat(thrown).hasMessageContaining("never had").hasMessageContaining("try: ");
        assertThat(to.points.get("aws_estate")).hasSize(2);
    }

    @Test
    void doesNotAdoptACollectionThatTheStoreDoesNotHave() throws Exception {
        fill("aws_estate", 3);
        to.ensureCollection("chat_history", 2);
        migrate();
        to.upsert("chat_history", List.of(point(77, 1)));
        upsert("aws_estate", 4, 1);

        assertThat(catchThrowableOfType(VectorStoreException.class, this::migrate).problem()).isEqualTo(Problem.FOREIGN);

        assertThat(to.points.get("aws_estate")).as("nothing was copied").hasSize(3);
    }

    @Test
    void deletesWhatIsLeftOverOnlyWhenTold() throws Exception {
        fill("aws_estate", 10);
        migrate();
        from.delete("aws_estate", List.of(new UUID(0, 3)));

        var thrown = catchThrowableOfType(VectorStoreException.class, this::migrate);

        assertThat(thrown.problem()).isEqualTo(Problem.FOREIGN);
        assertThat(thrown).hasMessageContaining("a record that this store has no more").hasMessageContaining("--replace");
        assertThat(to.points.get("aws_estate")).hasSize(10);
        migrate(Leftovers.DELETE);
        assertThat(to.points).isEqualTo(from.points);
    }

    @Test
    void asksATargetEvenWhenThereIsNothingToCopy() {
        var away = new MapStore() {

            @Override
            public SortedMap<String, Integer> collections() throws VectorStoreException {
                throw new VectorStoreException(Problem.UNREACHABLE, "away", null);
            }
        };

        assertThat(catchThrowableOfType(VectorStoreException.class, () -> new StoreMigration(from, away, Leftovers.REFUSE, (c, d, t) -> { }).run()))
                .hasMessage("away");
    }

    @Test
    void refusesVectorsOfAnotherSize() throws Exception {
        fill("aws_estate", 3);
        fill("chat_history", 3);
        to.ensureCollection("chat_history", 3);

        assertThat(catchThrowableOfType(VectorStoreException.class, this::migrate).problem()).isEqualTo(Problem.MISMATCH);

        assertThat(to.points).as("nothing was copied").doesNotContainKey("aws_estate");
    }

    private List<Migrated> migrate() throws VectorStoreException {
        return migrate(Leftovers.REFUSE);
    }

    @Test
    void catchesUpWithWhatWasWrittenIntoAnyCollection() throws Exception {
        fill("aws_estate", 250);
        fill("chat_history", 7);
        var migration = new StoreMigration(from, to, Leftovers.REFUSE, (collection, done, total) -> { });
        migration.run();
        upsert("aws_estate", 3, 2);
        upsert("aws_estate", 1_000, 1);
        from.delete("aws_estate", List.of(new UUID(0, 4)));
        from.ensureCollection("later", 2);
        upsert("later", 1, 1);

        assertThat(migration.catchUp()).containsExactly(new Migrated("aws_estate", 2, 250, 2), new Migrated("chat_history", 2, 7, 0),
                new Migrated("later", 2, 1, 1));
        assertThat(to.points).isEqualTo(from.points);
    }

    @Test
    void deletesNothingThatSomebodyElseWroteToTheTarget() throws Exception {
        fill("aws_estate", 250);
        var migration = new StoreMigration(from, to, Leftovers.DELETE, (collection, done, total) -> { });
        migration.run();
        to.upsert("aws_estate", List.of(point(5_000, 1)));

        var thrown = catchThrowableOfType(VectorStoreException.class, migration::catchUp);
        assertThat(thrown.problem()).isEqualTo(Problem.FOREIGN);
        assertThat(thrown).hasMessageContaining("written to by somebody else");
        assertThat(to.get("aws_estate", new UUID(0, 5_000))).isPresent();
    }

    private List<Migrated> migrate(Leftovers leftovers) throws VectorStoreException {
        return new StoreMigration(from, to, leftovers, (collection, done, total) -> { }).run();
    }

    private void fill(String collection, int count) throws VectorStoreException {
        from.ensureCollection(collection, 2);
        for (int i = 0; i < count; i++) {
            upsert(collection, i, 1);
        }
    }

    private void upsert(String collection, int number, int version) throws VectorStoreException {
        from.upsert(collection, List.of(point(number, version)));
    }

    private static Point point(int number, int version) {
        return new Point(new UUID(0, number), new float[] { number, 2 }, Map.of("field", List.of(String.valueOf(version))),
                ("blob " + number).getBytes());
    }
}
