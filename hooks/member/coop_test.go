package member_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

var manager = act.Actor{ID: "manager00000001", Role: act.Manager, Name: "manajer"}

// staff puts n employees onto the staff list.
func staff(app *testapp.App, n int) (ids []string) {
	unit := app.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat"})
	for i := range n {
		e := app.Record("employees", map[string]any{"name": fmt.Sprintf("Pegawai %02d", i+1), "work_unit": unit.Id, "status": "civil_servant", "active": true,
			"email": fmt.Sprintf("pegawai%d@contoh.id", i+1)})
		ids = append(ids, e.Id)
	}
	return ids
}

func must[A any](t testing.TB) func(A, bool, error) A {
	return func(a A, _ bool, err error) A {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

func terms(principal string) member.Join {
	return member.Join{ConsentReference: "FORM-1/2026", ConsentDate: "2026-11-01", MandateMax: 1_500_000, MandateReference: "SK-1/2026", Voluntary: 25_000, Principal: principal}
}

// invited gives n people with invitations.
func invited(t testing.TB, app *testapp.App, n int) (numbers []int64) {
	t.Helper()
	out := must[member.Invitations](t)(member.InviteEmployees(context.Background(), app, ulid.New(), manager, member.Invite{Employees: staff(app, n)}))
	for _, i := range out.Invited {
		numbers = append(numbers, i.Number)
	}
	return numbers
}

// joined makes n people members (or applicants, when they pay by payroll), each with a mandate.
func joined(t testing.TB, app *testapp.App, n int, principal string) []int64 {
	t.Helper()
	in := terms(principal)
	in.Members = invited(t, app, n)
	if n > 1 { // many at once have no mandate
		in.MandateMax, in.Voluntary = 0, 0
	}
	out := must[member.Joined](t)(member.JoinMembers(context.Background(), app, ulid.New(), manager, "id", in))
	if len(out.Joined) != n || len(out.Refused) != 0 {
		t.Fatalf("joined %v, refused %v", out.Joined, out.Refused)
	}
	if n > 1 {
		do(t, app, func(tx *act.Tx) error {
			return tx.Exec(`INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act)
				SELECT number, 'grant', '2026-11-01', 1500000, 25000, 'SK-1/2026', ? FROM members WHERE status = 'active' AND NOT EXISTS(SELECT 1 FROM mandates WHERE member = number)`, tx.ID())
		})
	}
	return out.Joined
}

func balance(t testing.TB, app core.App, number int64, account int) money.Rupiah {
	t.Helper()
	amount, err := ledger.Balance(act.Read(app), ledger.MemberParty(number), account)
	if err != nil {
		t.Fatal(err)
	}
	return amount
}

func person(t testing.TB, app core.App, number int64) member.Person {
	t.Helper()
	p, err := member.Find(act.Read(app), number)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func count(t testing.TB, app core.App, query string, args ...any) (n int64) {
	t.Helper()
	if err := act.Read(app).Row(query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// sound asks every check of the ledger and of the register of members.
func sound(t testing.TB, app core.App) {
	t.Helper()
	ledger.RegisterChecks(app, member.Checks()...)
	report, err := ledger.Verify(context.Background(), app, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Checks {
		for _, finding := range c.Findings {
			t.Errorf("%s: %s", c.Name, finding)
		}
	}
}

// do runs an act of a test's own.
func do(t testing.TB, app core.App, f func(tx *act.Tx) error) {
	t.Helper()
	_, _, err := act.Do(context.Background(), app, act.Act{Kind: "test", Key: ulid.New(), By: manager}, func(tx *act.Tx) (int, error) { return 0, f(tx) })
	if err != nil {
		t.Fatal(err)
	}
}

// serve starts a server with the register's routes.
func serve(app *testapp.App) string {
	app.OnServe().BindFunc(func(se *core.ServeEvent) error {
		if !slices.ContainsFunc(web.Routes(se.App), func(r web.Route) bool { return r.Path == "/api/coop/members" }) {
			web.Bind(se.App, se, member.Routes()...)
		}
		return se.Next()
	})
	return app.Serve().URL
}

// answer is a status and a decoded body.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

func call(t testing.TB, app *testapp.App, who *core.Record, method, url string, body any) answer {
	t.Helper()
	var reader io.Reader
	contentType := "application/json"
	switch b := body.(type) {
	case nil:
	case form:
		var buffer bytes.Buffer
		w := multipart.NewWriter(&buffer)
		for name, value := range b.fields {
			_ = w.WriteField(name, value)
		}
		part, _ := w.CreateFormFile("file", b.name)
		_, _ = part.Write(b.data)
		_ = w.Close()
		reader, contentType = &buffer, w.FormDataContentType()
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	request, err := http.NewRequest(method, url, reader)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if who != nil {
		request.Header.Set("Authorization", app.Token(who))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header}
	if a.raw, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(a.raw, &a.body) // pictures are none
	return a
}

type form struct {
	name   string
	data   []byte
	fields map[string]string
}
