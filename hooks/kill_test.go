package hooks_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/pocketbase/pocketbase/core"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
)

const (
	// victimFolder names the folder that a process of this test serves until it is killed.
	victimFolder = "KPDK_VICTIM"
	// longDrill says how many times the long drill goes through all acts, each killed by itself.
	longDrill = "KPDK_KILLS"
)

// A server dies while acts are on their way: in the middle of its writing, at a row that chance picks, or
// after the commit and before the answer. After each death the books are in order with nothing half-done;
// every act can be sent again under its key, is there exactly once, and answers from then on what it answered.
//
// Here the acts that do not need each other go together, and one death takes them all. The long drill kills
// each of them by itself: KPDK_KILLS=10 go test ./hooks -run TestKilledInTheMiddleOfEveryAct -timeout 2h.
func TestKilledInTheMiddleOfEveryAct(t *testing.T) {
	passes, _ := strconv.Atoi(os.Getenv(longDrill))
	if passes == 0 {
		drill(t, func(wave []*sent) [][]*sent { return [][]*sent{wave} })
		return
	}
	for range passes {
		drill(t, func(wave []*sent) (alone [][]*sent) {
			for _, s := range wave {
				alone = append(alone, []*sent{s})
			}
			return alone
		})
	}
}

// drill plays the story once, with a death in each group of acts that group makes of a wave.
func drill(t *testing.T, group func(wave []*sent) [][]*sent) {
	d := newDrill(t)
	deaths := 0
	for _, wave := range story {
		var acts []*sent
		for _, k := range wave {
			acts = append(acts, &sent{killed: k, key: ulid.New()})
		}
		for _, together := range group(acts) {
			if d.death(together) {
				deaths++
			}
		}
	}
	t.Logf("%d acts, %d deaths", d.acts, deaths)
	if deaths < len(story)/2 {
		t.Errorf("only %d deaths in %d waves: the drill drills nothing", deaths, len(story))
	}
	d.dieBesideEdit()
	d.dieBesideFile()
	d.holds()
}

// dieBesideEdit kills the server at each of the first rows of a form that is saved in the dashboard: what was saved and
// who saved it are both there afterwards, or neither is.
func (d *drilling) dieBesideEdit() {
	read := func(path string) (answer map[string]any) {
		d.t.Helper()
		raw, status, err := d.send(&sent{killed: killed{route: "GET " + path, by: "manager"}})
		if err != nil || status != http.StatusOK || json.Unmarshal(raw, &answer) != nil {
			d.t.Fatalf("%s: %d %s %v", path, status, raw, err)
		}
		return answer
	}
	record, number := read("/api/collections/members/records?filter=" + url.QueryEscape("number="+d.of("sari")))["items"].([]any)[0].(map[string]any)["id"].(string), d.of("sari")
	stands := func() (address string, edits int) {
		d.t.Helper()
		for _, it := range read("/api/coop/members/" + number + "/sightings?limit=200")["sightings"].([]any) {
			if it.(map[string]any)["kind"] == "member.edit" {
				edits++
			}
		}
		address, _ = read("/api/collections/members/records/" + record)["email"].(string)
		return address, edits
	}
	was, before := stands()
	died := 0
	for row := 2; row <= 5; row++ {
		address := fmt.Sprintf("sari%d@contoh.id", row)
		d.victim.tell("row " + strconv.Itoa(row))
		_, _, err := d.send(&sent{killed: killed{route: "PATCH /api/collections/members/records/" + record, by: "manager", body: body(object{"id": record, "email": address})}})
		if d.victim.gone() {
			died++
			d.victim = newVictim(d.t, d.dir)
		} else if err == nil {
			was, before = address, before+1
			d.victim.tell("row 0")
		}
		if is, edits := stands(); is != was || edits != before {
			d.t.Errorf("killed at row %d, the address is %q (was %q) and %d edits are written down (were %d)", row, is, was, edits, before)
		}
	}
	if died < 3 {
		d.t.Errorf("only %d deaths", died)
	}
	if _, status, err := d.send(&sent{killed: killed{route: "PATCH /api/collections/members/records/" + record, by: "manager", body: body(object{"id": record, "email": "sari@contoh.id"})}}); err != nil || status != http.StatusOK {
		d.t.Errorf("%d %v", status, err)
	}
}

// dieBesideFile kills the server between the file of a voucher and the row that would have named it.
func (d *drilling) dieBesideFile() {
	d.victim.tell("row 2") // the act's own row comes first, then the file, then the voucher's
	s := &sent{killed: killed{route: inTreasury + "vouchers", by: "maker", file: upload("nota.png", pixel, nil)}, key: ulid.New()}
	if _, status, err := d.send(s); err == nil {
		d.t.Errorf("it lives, and answered %d", status)
	}
	d.victim.kill()
}

// killed is one act of the story. Inside is one that has no route; it runs in the server's own process.
type killed struct {
	route  string // as it is bound: "POST /api/coop/store/sales"
	inside string
	by     string // who of the drill's people
	path   func(d *drilling) string
	body   func(d *drilling) any // JSON, to which the key is added
	file   func(d *drilling) (name, data string, fields map[string]string)
	keep   func(d *drilling, s *sent) // what later acts need of the answer
	// shownOnce is the refusal of a repetition whose first answer may not be shown again.
	shownOnce string
	// loose: a chain or a decision without a key of its own, whose repetition tells what is there by now.
	loose bool
}

// sent is an act with what was heard of it.
type sent struct {
	killed
	key    string
	answer []byte // nil: nothing was heard
	status int
}

func (s *sent) name() string { return strings.TrimPrefix(s.route+s.inside, "POST /api/coop/") }

// drilling is a folder, the server that dies on it, and what its people know.
type drilling struct {
	t      *testing.T
	dir    string
	tokens map[string]string
	victim *victim
	acts   int
	known  map[string]string
	held   []string // locks of a server that has done nothing yet
	sync.Mutex
}

func (d *drilling) learn(name string, value any) {
	d.Lock()
	defer d.Unlock()
	d.known[name] = fmt.Sprint(value)
}

func (d *drilling) of(name string) string {
	d.Lock()
	defer d.Unlock()
	if _, there := d.known[name]; !there {
		d.t.Fatalf("nobody knows %s", name)
	}
	return d.known[name]
}

// death sends acts together to a server that dies of them, starts it again and has each done once.
func (d *drilling) death(together []*sent) (died bool) {
	d.acts += len(together)
	if rand.IntN(6) == 0 {
		d.victim.tell("answer " + strconv.Itoa(1+rand.IntN(len(together))))
	} else {
		d.victim.tell("row " + strconv.Itoa(1+rand.IntN(7*len(together))))
	}
	var all sync.WaitGroup
	for _, s := range together {
		all.Go(func() {
			body, status, err := d.send(s)
			if err == nil {
				s.answer, s.status = body, status
			}
		})
	}
	all.Wait()
	if died = d.victim.gone(); died {
		d.victim = newVictim(d.t, d.dir)
		if wrong := d.victim.tell("verify"); wrong != "ok" {
			d.t.Fatalf("after a death in %s: %s", names(together), wrong)
		}
	} else {
		d.victim.tell("row 0")
		d.victim.tell("answer 0")
	}
	for _, s := range together {
		d.once(s)
	}
	if held := d.locks(); !slices.Equal(held, d.held) {
		d.t.Errorf("after %s the server holds %v, and first it held %v: something opened and closed a file of its books", names(together), held, d.held)
	}
	return died
}

func names(all []*sent) string {
	var said []string
	for _, s := range all {
		said = append(said, s.name())
	}
	return strings.Join(said, ", ")
}

// once sends an act until it was heard of, and then once more: the same is answered, and nothing is done.
func (d *drilling) once(s *sent) {
	heard := s.answer
	body, status, err := d.send(s)
	if err != nil {
		d.t.Fatalf("%s: %v", s.name(), err)
	}
	if heard == nil && s.shownOnce != "" && strings.Contains(string(body), s.shownOnce) { // it was done, and nobody saw it: they ask for another
		s.key = ulid.New()
		body, status, err = d.send(s)
	}
	if err != nil || status >= 300 && (s.shownOnce == "" || !strings.Contains(string(body), s.shownOnce)) {
		d.t.Fatalf("%s: %d %s", s.name(), status, body)
	}
	if heard != nil && (s.status >= 300 || !s.loose && s.shownOnce == "" && (status != http.StatusOK || !bytes.Equal(body, heard))) {
		d.t.Errorf("%s answered %d %s, and then %d %s", s.name(), s.status, heard, status, body)
	}
	if heard == nil {
		s.answer, s.status = body, status
	}
	again, status, err := d.send(s)
	if err != nil || !s.loose && s.shownOnce == "" && (status != http.StatusOK || !bytes.Equal(again, body)) {
		d.t.Errorf("%s answered %s, and a third time %d %s %v", s.name(), body, status, again, err)
	}
	if s.keep != nil {
		s.keep(d, s)
	}
}

func (d *drilling) send(s *sent) (answer []byte, status int, err error) {
	if s.inside != "" {
		said := d.victim.tell("do " + s.inside + " " + s.key)
		if said == "" {
			return nil, 0, errors.New("it is dead")
		}
		if !strings.HasPrefix(said, "{") {
			return []byte(said), http.StatusInternalServerError, nil
		}
		return []byte(said), http.StatusOK, nil
	}
	method, path, _ := strings.Cut(s.route, " ")
	if s.path != nil {
		path = s.path(d)
	}
	var body bytes.Buffer
	kind := "application/json"
	if s.file != nil {
		form := multipart.NewWriter(&body)
		name, data, fields := s.file(d)
		_ = form.WriteField("id", s.key)
		for field, value := range fields {
			_ = form.WriteField(field, value)
		}
		part, _ := form.CreateFormFile("file", name) // a buffer takes whatever it is given
		_, _ = io.WriteString(part, data)
		_ = form.Close()
		kind = form.FormDataContentType()
	} else {
		fields := map[string]any{}
		if s.body != nil {
			raw, err := json.Marshal(s.body(d))
			if err == nil {
				err = json.Unmarshal(raw, &fields)
			}
			if err != nil {
				d.t.Fatal(err)
			}
		}
		if _, there := fields["id"]; !there {
			fields["id"] = s.key
		}
		_ = json.NewEncoder(&body).Encode(fields)
	}
	request, err := http.NewRequest(method, "http://"+d.victim.address+path, &body)
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Authorization", d.tokens[s.by])
	res, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	return answer, res.StatusCode, err
}

// holds looks at the folder when all is over: the books are in order, whatever is kept beside them is what
// they come to, and every act that the source names was there.
func (d *drilling) holds() {
	app, err := testapp.OpenFolder(d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { act.Close(app); _ = app.ResetBootstrapState() }() // the folder goes with the test
	report, err := ledger.Verify(context.Background(), app, nil)
	if err != nil || !report.OK {
		d.t.Errorf("%+v %v", report, err)
	}
	d.sweeps(app)
	rebuilt, err := ledger.Rebuild(context.Background(), app, act.BySystem)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range rebuilt {
		if r.Wrong != 0 {
			d.t.Errorf("%s: %d rows are not what happened", r.Table, r.Wrong)
		}
	}
	done := map[string]bool{}
	if err := act.Each(act.Read(app), "SELECT DISTINCT kind FROM acts", nil, func(row act.Scanner) error {
		var kind string
		err := row.Scan(&kind)
		done[kind] = true
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	d.heldNotices(app)
	for _, kind := range actKinds(d.t) {
		if !done[kind] && undrilled[kind] == "" {
			d.t.Errorf("the act %s was not drilled: give it a line in the story (kill_story_test.go)", kind)
		}
	}
}

// heldNotices: of each kind that the story tells somebody was told, by an act once.
func (d *drilling) heldNotices(app core.App) {
	told := map[notice.Kind]bool{}
	if err := act.Each(act.Read(app), "SELECT kind, count(*) FROM notices GROUP BY member, kind, act", nil, func(row act.Scanner) error {
		var kind notice.Kind
		var n int
		err := row.Scan(&kind, &n)
		if told[kind] = true; n != 1 {
			d.t.Errorf("%s was told %d times by one act", kind, n)
		}
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	for _, kind := range notice.Kinds() {
		if !told[kind] && untold[kind] == "" {
			d.t.Errorf("nobody was told %s, though it happened", kind)
		}
	}
}

// sweeps looks that the files without a row go, when they are old enough, and no other.
func (d *drilling) sweeps(app core.App) {
	vouchers, err := app.FindAllRecords("payment_vouchers")
	if err != nil || len(vouchers) == 0 {
		d.t.Fatal("no voucher", err)
	}
	folder := filepath.Join(d.dir, "storage", vouchers[0].Collection().Id)
	kept := filepath.Join(folder, vouchers[0].Id, vouchers[0].GetString("file"))
	thumb := filepath.Join(folder, vouchers[0].Id, "thumbs_"+vouchers[0].GetString("file"), "100x100")
	if err := errors.Join(os.MkdirAll(filepath.Dir(thumb), 0o700), os.WriteFile(thumb, nil, 0o600)); err != nil {
		d.t.Fatal(err)
	}
	stored := func() int {
		records, err := os.ReadDir(folder)
		if err != nil {
			d.t.Fatal(err)
		}
		return len(records)
	}
	if stored() <= len(vouchers) {
		d.t.Error("no file was left without a row")
	}
	if n, err := document.Sweep(context.Background(), app, time.Now().Add(-document.Grace)); n != 0 || err != nil {
		d.t.Errorf("%d young files were swept: %v", n, err)
	}
	if n, err := document.Sweep(context.Background(), app, time.Now().Add(time.Minute)); n == 0 || err != nil || stored() != len(vouchers) {
		d.t.Errorf("%d files were swept, %d folders are there for %d vouchers: %v", n, stored(), len(vouchers), err)
	}
	if n, err := document.Sweep(context.Background(), app, time.Now().Add(time.Minute)); n != 0 || err != nil {
		d.t.Errorf("%d files more were swept: %v", n, err)
	}
	for _, path := range []string{kept, thumb} {
		if _, err := os.Stat(path); err != nil {
			d.t.Error(err)
		}
	}
}

// actKinds are the kinds that the source names where it makes an act.
func actKinds(t *testing.T) (kinds []string) {
	t.Helper()
	named := regexp.MustCompile(`act\.Act\{Kind: "([a-z_.]+)"`)
	err := fs.WalkDir(os.DirFS(testapp.Root()), "hooks", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(filepath.Join(testapp.Root(), path))
		for _, found := range named.FindAllSubmatch(source, -1) {
			kinds = append(kinds, string(found[1]))
		}
		return err
	})
	if err != nil || len(kinds) < 30 {
		t.Fatalf("%d kinds of act in the source: %v", len(kinds), err)
	}
	return kinds
}

// Every route that writes is in the story, or says why not.
func TestEveryActIsDrilled(t *testing.T) {
	app := testapp.New(t)
	app.Serve()
	drilled := map[string]bool{}
	for _, k := range slices.Concat(story...) {
		drilled[k.route] = true
	}
	bound := map[string]bool{}
	for _, r := range web.Routes(app) {
		route := r.Method + " " + r.Path
		bound[route] = true
		if r.Method != http.MethodGet && !drilled[route] && undrilled[route] == "" {
			t.Errorf("%s writes and is not drilled: give it a line in the story (kill_story_test.go)", route)
		}
	}
	for route := range undrilled {
		if strings.Contains(route, " ") && (!bound[route] || drilled[route]) {
			t.Errorf("%s needs no excuse", route)
		}
	}
}

// victim is a server in a process of its own that does as it is told, until it kills itself.
type victim struct {
	address string
	process *exec.Cmd
	mu      sync.Mutex
	orders  io.Writer
	answers *bufio.Scanner
}

func newVictim(t *testing.T, dir string) *victim {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{process: exec.Command(self)}
	v.process.Env, v.process.Stderr = append(os.Environ(), victimFolder+"="+dir), os.Stderr
	out, err := v.process.StdoutPipe()
	if err == nil {
		v.orders, err = v.process.StdinPipe()
	}
	if err == nil {
		err = v.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.kill)
	v.answers = bufio.NewScanner(out)
	v.answers.Buffer(nil, 1<<20)
	if !v.answers.Scan() {
		t.Fatal("the server did not start")
	}
	v.address = v.answers.Text()
	return v
}

// tell gives an order and waits for what the victim says to it; a dead one says nothing.
func (v *victim) tell(order string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, err := io.WriteString(v.orders, order+"\n"); err != nil || !v.answers.Scan() {
		return ""
	}
	return v.answers.Text()
}

// gone says whether the victim is dead, and buries it.
func (v *victim) gone() bool {
	if v.tell("there?") != "" {
		return false
	}
	_ = v.process.Wait() // "signal: killed"
	return true
}

func (v *victim) kill() {
	_ = v.process.Process.Kill()
	_ = v.process.Wait() // it may be dead already
}

// rowsLeft and answersLeft are how many rows or answers the victim has to live; below one it is immortal.
var rowsLeft, answersLeft atomic.Int64

// die ends the process as a power switch does: nothing is flushed, no handler runs.
func die() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {} // the signal is on its way; nothing may happen until it comes
}

// beVictim serves a folder, takes orders from its standard input, and dies when its rows or answers are spent.
func beVictim(dir string) error {
	tls := libc.NewTLS()
	lib.Xsqlite3_auto_extension(tls, function(countRows))
	tls.Close()
	app, err := testapp.OpenFolder(dir)
	if err != nil {
		return err
	}
	return testapp.Serve(app, func(address string) {
		fmt.Println(address)
		go func() {
			orders := bufio.NewScanner(os.Stdin)
			for orders.Scan() {
				fmt.Println(obey(app, strings.Fields(orders.Text())))
			}
			os.Exit(0) // the test is gone
		}()
	}, func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner.ServeHTTP(mortal{w}, r) })
	})
}

// countRows is called for each connection that is opened, the driver's and the writer's own.
func countRows(tls *libc.TLS, db, _, _ uintptr) int32 {
	if strings.HasSuffix(libc.GoString(lib.Xsqlite3_db_filename(tls, db, 0)), "data.db") {
		lib.Xsqlite3_preupdate_hook(tls, db, function(spendRow), 0)
	}
	return lib.SQLITE_OK
}

func spendRow(tls *libc.TLS, _, _ uintptr, operation int32, _, _ uintptr, before, after int64) {
	if rowsLeft.Add(-1) == 0 {
		die()
	}
}

// function gives SQLite a function of Go's, in the form that its translation has for pointers to them.
func function[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f F }{f})) }

// mortal may die before it says that a write was done.
type mortal struct{ http.ResponseWriter }

func (m mortal) WriteHeader(status int) {
	if answersLeft.Add(-1) == 0 {
		die()
	}
	m.ResponseWriter.WriteHeader(status)
}

// Unwrap lets what stands between reach the connection.
func (m mortal) Unwrap() http.ResponseWriter { return m.ResponseWriter }
