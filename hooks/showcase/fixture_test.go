package showcase

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"testing"
	"time"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// figures are a co-op's on one day, with everything above the privacy floor.
func figures() Figures {
	f := Figures{
		AsOf: time.Date(2026, 11, 11, 12, 40, 0, 0, clock.DefaultZone), BusinessDate: "2026-11-11",
		Members: 1286, Employees: 2147, StaffMembers: 1241,
		Principal: Held{128_600_000, 1286}, Mandatory: Held{1_684_250_000, 1286}, Voluntary: Held{412_386_500, 377},
		MemberSales: Held{People: 1104}, Advantage: Advantage{Saved: 268_914_500, People: 1104},
		Head:      Head{"2026-11-11", 48_213, sha256.Sum256([]byte("kpdk"))},
		CheckedAt: time.Date(2026, 11, 11, 12, 39, 0, 0, clock.DefaultZone),
	}
	for i, members := range []int64{191, 201, 219, 315, 388, 450, 412, 461, 534, 583, 621, 660, 698, 748, 855, 933, 986, 1031, 1077, 1125, 1165, 1205, 1241} {
		f.Participation = append(f.Participation, Joined{time.Date(2025, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"), members, 2147})
	}
	for i := range int64(11) {
		f.Sales = append(f.Sales, Sold{fmt.Sprintf("2026-%02d", i+1), Held{money.Rupiah(310_000_000 + i%4*21_300_500), 700 + i*20}, money.Rupiah(71_000_000 + i%3*6_200_000)})
	}
	for _, m := range f.Sales {
		f.MemberSales.Amount += m.Members.Amount
		f.NonMemberSales += m.NonMember
	}
	f.Advantage.Paid = f.MemberSales.Amount + 41_200_000 // and consigned goods
	for i, seq := range []int64{48_213, 48_102, 47_960} {
		h := Head{fmt.Sprintf("2026-11-%02d", 11-i), seq, sha256.Sum256([]byte{byte(i)})}
		if i == 0 {
			h.Hash = f.Head.Hash
		}
		f.Days = append(f.Days, h)
	}
	for _, name := range []string{"balanced", "chain", "sequence", "balances", "stock", "triggers", "control-accounts", "open-items", "idempotency", "cards", "periods"} {
		f.Checks = append(f.Checks, Check{name, true})
	}
	return f
}

// port serves figures and a full page around them.
func port(f Figures) Port {
	return Port{
		Public: os.DirFS("../../pb_public"),
		Coop: func() Coop {
			return Coop{Name: "Koperasi Pegawai Kementerian Koperasi", ShortName: "kpdk", Employer: "Kemenkop", City: "Jakarta", LegalNumber: "AHU-0001234.AH.01.26",
				Language: "id", URL: "https://kpdk.example", Demo: true,
				Board: []Office{{"Hendra Saputra", "Ketua"}, {"Ayu Kartikasari", "Sekretaris"}}, Supervisors: []Office{{"Nurul Aini", "Koordinator"}}}
		},
		Figures: func(context.Context) (Figures, error) { return f, nil },
		Shelf: func(context.Context) ([]Good, error) {
			return []Good{{"Beras Pandan Wangi", "5 kg", "2000000000015", 78_500, 82_000}, {"Minyak goreng", "1 L", "8995522000015", 17_500, 18_500},
				{"Telur ayam", "per kg", "2000000000022", 29_600, 31_200}, {"Kopi Gayo bubuk", "200 g", "2000000000039", 42_000, 45_000},
				{"Sabun cuci piring", "780 ml", "2000000000046", 14_500, 15_500}, {"Teh melati", "25 kantong", "2000000000053", 9_000, 9_000}}, nil
		},
		Consignors: func(context.Context) ([]Consignor, error) {
			return []Consignor{{"Sri Wahyuni", "Keripik tempe", 214_000, 10_200, 1_800}, {"Bagus Hartono", "Madu hutan 250 ml", 38_000, 56_000, 9_000}}, nil
		},
		Pages: func(_ context.Context, lang string) ([]Page, error) { return nil, nil },
		News: func(_ context.Context, lang string) ([]News, error) {
			if lang != "id" {
				return nil, nil
			}
			return []News{{"Stok opname akhir bulan", `<p>Toko tutup jam 14.00 pada <b>30 November</b>.</p>`, "2026-11-10"}}, nil
		},
		Report: true, OpenAPI: true, Allocate: inOrder,
	}
}

// inOrder takes the items as they come until the cap is reached.
func inOrder(cap money.Rupiah, items []SlipItem) []money.Rupiah {
	taken := make([]money.Rupiah, len(items))
	for i, item := range items {
		taken[i] = min(cap, item.Amount)
		cap -= taken[i]
	}
	return taken
}

// opened is a site ready to serve.
func opened(t *testing.T, p Port) *site {
	t.Helper()
	s, err := open(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pageOf renders one language.
func pageOf(t *testing.T, p Port, lang string) string {
	t.Helper()
	pages, err := opened(t, p).render(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return string(pages[lang].html)
}
