// Package testapp is the test factory: a co-op in a folder of its own, with a clock that stands still,
// people of every role, and a real HTTP server over it.
package testapp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"

	"kpdk/hooks"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/login"
	"kpdk/hooks/template"
	_ "kpdk/pb_migrations" // a test runs on the released tables
)

// Now is when every test starts: Tuesday 3 November 2026, ten in the morning in Jakarta.
var Now = time.Date(2026, 11, 3, 3, 0, 0, 0, time.UTC)

// App is a founded co-op for one test.
type App struct {
	*tests.TestApp
	T      testing.TB
	mu     sync.Mutex
	now    time.Time
	tokens map[string]string
}

// Public is the front end as it lies in the repository.
func Public() fs.FS { return os.DirFS(filepath.Join(Root(), "pb_public")) }

// Root is the repository's folder.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

// Making a folder runs every migration, which under the race detector takes longer than most tests, so the
// packages of one checkout share what the first of them made.
var (
	migrated = sync.OnceValues(func() (string, error) { return kept("migrated", migrate) })
	founded  = sync.OnceValues(func() (string, error) { return kept("founded", found) })
)

// kept gives the folder of this name that was made from the same sources, or makes it.
func kept(name string, fill func(dir string) error) (string, error) {
	sum, err := sources()
	if err != nil {
		return "", err
	}
	there := filepath.Join(os.TempDir(), "kpdk-"+name+"-"+sum)
	if _, err := os.Stat(filepath.Join(there, "data.db")); err == nil {
		return there, nil
	}
	dir, err := os.MkdirTemp("", "kpdk-"+name+"-")
	if err != nil {
		return "", err
	}
	if err := fill(dir); err != nil {
		return "", err
	}
	if err := os.Rename(dir, there); err != nil { // another package was first: its own is as good
		return dir, nil
	}
	return there, nil
}

// sources stands for all that founding depends on: the program's source, and the versions it is built on.
func sources() (string, error) {
	sum := sha256.New()
	for _, part := range []string{"go.sum", "hooks", "pb_migrations", "pb_public/words"} {
		err := filepath.WalkDir(filepath.Join(Root(), part), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			raw, err := os.ReadFile(path)
			fmt.Fprintf(sum, "%s %d\n", path, len(raw))
			sum.Write(raw)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:12]), nil
}

// migrate fills a folder with the released tables, as they are before a co-op is founded.
func migrate(dir string) error {
	return use(dir, func(app core.App) error { return app.RunAllMigrations() })
}

// found fills a folder with a founded co-op.
func found(dir string) error {
	empty, err := migrated()
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, os.DirFS(empty)); err != nil {
		return err
	}
	return use(dir, func(app core.App) error {
		clock.Set(app, func() time.Time { return Now })
		return template.Ensure(app)
	})
}

// use opens a folder, works on it and closes it so that its database is one file.
func use(dir string, work func(app core.App) error) error {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: act.Connect, EncryptionEnv: "pb_test_env"})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := work(app); err != nil {
		return err
	}
	act.Close(app)
	if _, err := app.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute(); err != nil {
		return err
	}
	return app.ResetBootstrapState()
}

// Migrated gives a test a folder of its own with the released tables, in which no co-op was founded yet.
func Migrated(t testing.TB) string {
	t.Helper()
	from, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// New gives a test a founded co-op, cleaned up after it.
func New(t testing.TB) *App {
	t.Helper()
	dir, err := founded()
	if err != nil {
		t.Fatal(err)
	}
	a := open(t, dir, Now)
	t.Cleanup(a.Cleanup)
	return a
}

// Twin is another co-op that is the same to the last id, at the same moment. Whoever asks for it cleans it up.
func (a *App) Twin() *App {
	a.T.Helper()
	act.Close(a)
	if _, err := a.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute(); err != nil {
		a.T.Fatal(err)
	}
	return open(a.T, a.DataDir(), a.Now())
}

// open copies a folder and opens the copy.
func open(t testing.TB, dir string, now time.Time) *App {
	t.Helper()
	inner, err := tests.NewTestAppWithConfig(core.BaseAppConfig{DataDir: dir, DBConnect: act.Connect, EncryptionEnv: "pb_test_env"})
	if err != nil {
		t.Fatal(err)
	}
	a := &App{TestApp: inner, T: t, now: now, tokens: map[string]string{}}
	clock.Set(a, a.Now)
	if err := hooks.Register(a, Public()); err != nil {
		t.Fatal(err)
	}
	return a
}

// Now is the test's time.
func (a *App) Now() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

// Travel moves the test's time.
func (a *App) Travel(to time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = to
}

// Serve starts a real HTTP server over the co-op; it stops with the test.
func (a *App) Serve() *httptest.Server {
	a.T.Helper()
	mux, err := Mux(a)
	if err != nil {
		a.T.Fatal(err)
	}
	server := httptest.NewServer(mux)
	a.T.Cleanup(server.Close)
	return server
}

// Record makes a record of a collection; the test fails when it cannot.
func (a *App) Record(collection string, values map[string]any) *core.Record {
	a.T.Helper()
	c, err := a.FindCollectionByNameOrId(collection)
	if err != nil {
		a.T.Fatal(err)
	}
	r := core.NewRecord(c)
	r.Load(values)
	if r.Id == "" {
		r.Id = core.GenerateDefaultRandomId() // PocketBase makes it in a hook, and the save below runs none
	}
	if c.IsAuth() {
		r.SetRaw("password", &core.PasswordFieldValue{Hash: "none"}) // tests log in by token; a hash would cost 60 ms each
		r.RefreshTokenKey()
	}
	if err := a.UnsafeWithoutHooks().Save(r); err != nil {
		a.T.Fatal(fmt.Errorf("%s %v: %w", collection, values, err))
	}
	return r
}

// Operator makes an operator of a role.
func (a *App) Operator(role act.Role) *core.Record {
	a.T.Helper()
	return a.Record("operators", map[string]any{"email": fmt.Sprintf("%s-%d@contoh.id", role, count()), "name": "Petugas " + string(role), "role": string(role), "active": true})
}

// Manager makes a superuser.
func (a *App) Manager() *core.Record {
	a.T.Helper()
	return a.Record(core.CollectionNameSuperusers, map[string]any{"email": fmt.Sprintf("manager-%d@contoh.id", count())})
}

// Token logs a record in without a password: one session for each, as fresh as the test's first asking.
func (a *App) Token(r *core.Record) string {
	a.T.Helper()
	a.mu.Lock()
	token := a.tokens[r.TokenKey()]
	a.mu.Unlock()
	if token != "" {
		return token
	}
	return a.LogIn(r)
}

// LogIn opens another session; Token gives its token from now on.
func (a *App) LogIn(r *core.Record) string {
	a.T.Helper()
	token, err := r.NewAuthToken()
	if !r.IsSuperuser() {
		token, err = login.Open(a, r, "")
	}
	if err != nil {
		a.T.Fatal(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens[r.TokenKey()] = token
	return token
}

// Refusal is the code of a refusal, the text of another error, and empty where there is none.
func Refusal(err error) string {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// By is the actor a record is.
func By(r *core.Record) act.Actor { return act.ActorOf(r) }

var counter struct {
	sync.Mutex
	n int
}

func count() int {
	counter.Lock()
	defer counter.Unlock()
	counter.n++
	return counter.n
}
