package opening_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/opening"
)

// BenchmarkOpening takes the balances of 10,000 members, four each, and tells how long the one act that takes
// them keeps everybody else from writing (writer-s), beside the whole (s/op).
func BenchmarkOpening(b *testing.B) {
	const members = 10_000
	for range b.N {
		app := testapp.New(b)
		manager := testapp.By(app.Manager())
		_, err := app.NonconcurrentDB().NewQuery(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {:n})
			INSERT INTO members(id, number, name, status, joined_on, tokenKey, password, email)
			SELECT printf('m%014d', i), i, 'Anggota ' || i, 'active', '2024-01-02', 'key' || i, 'none', i || '@contoh.id' FROM n`).Bind(map[string]any{"n": members}).Execute()
		if err != nil {
			b.Fatal(err)
		}
		var list bytes.Buffer
		list.WriteString("jenis;kode;nama;debet;kredit\n")
		for i := 1; i <= members; i++ {
			fmt.Fprintf(&list, "pokok;%[1]d;;;100000\nwajib;%[1]d;;;600000\nsukarela;%[1]d;;;250000\nbelanja;%[1]d;;75000;\n", i)
		}
		fmt.Fprintf(&list, "akun;1101;Kas;%d;\n", members*(100_000+600_000+250_000-75_000))
		upload := document.Upload{Name: "saldo.csv", Data: list.Bytes(), Key: ulid.New(), DryRun: true}
		began := time.Now()
		if r, _, err := opening.Import(b.Context(), app, shelf, manager, upload, "2026-10-31", "id"); err != nil || !r.OK() {
			b.Fatalf("%+v %v", r, err)
		}
		tried := time.Since(began)
		upload.DryRun = false
		began = time.Now()
		if r, _, err := opening.Import(b.Context(), app, shelf, manager, upload, "2026-10-31", "id"); err != nil || !r.Done {
			b.Fatalf("%+v %v", r, err)
		}
		b.ReportMetric(tried.Seconds(), "try-s")
		b.ReportMetric(time.Since(began).Seconds(), "writer-s")
	}
}
