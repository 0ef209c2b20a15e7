package showcase

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// figures are a co-op's on one day, with everything above the privacy floor.
func figures() Figures {
	f := Figures{
		AsOf: time.Date(2026, 11, 11, 12, 40, 0, 0, clock.DefaultZone), BusinessDate: "2026-11-11",
		Members: 1286, Operators: 14, Managers: 3, Employees: 2147, StaffMembers: 1241,
		Principal: Held{128_600_000, 1286}, Mandatory: Held{1_684_250_000, 1286}, Voluntary: Held{412_386_500, 377},
		MemberSales: Held{People: 1104}, Advantage: Advantage{Saved: 268_914_500, People: 1104},
		Head:      Head{"2026-11-11", 48_213, sha256.Sum256([]byte("kpdk"))},
		CheckedAt: time.Date(2026, 11, 11, 12, 39, 0, 0, clock.DefaultZone),
	}
	f.Wealth = Wealth{Own: 1_812_850_000, Outside: 655_120_300, Assets: 2_530_470_300, Volume: 4_421_207_500, Surplus: 62_500_000, Lively: true}
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
		f.Checks = append(f.Checks, Check{name, true, 48_213})
	}
	return f
}

// port serves figures and a full page around them.
func port(f Figures) Port {
	return Port{
		Public: os.DirFS("../../pb_public"),
		Coop: func() Coop {
			return Coop{Name: "Koperasi Pegawai Kementerian Koperasi", ShortName: "kpdk", Employer: "Kemenkop", City: "Jakarta", LegalNumber: "AHU-0001234.AH.01.26",
				Language: "id", URL: "https://kpdk.example", Demo: true, Financials: true,
				Board:       []Office{{Name: "Hendra Saputra", Role: Said{"id": "Ketua", "en": "Chair"}, From: "2025-03-27", To: "2029-03-26"}, {Name: "Ayu Kartikasari", Role: Said{"id": "Sekretaris"}}},
				Supervisors: []Office{{Name: "Nurul Aini", Role: Said{"id": "Koordinator"}}}}
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
		Pages: func(_ context.Context, lang string) ([]Page, error) {
			list := []Page{{Slug: "cara-bergabung", Section: "join", Title: "Cara bergabung", Body: "<p>Minta undangan ke <b>pengurus</b>.</p>", Updated: "2026-11-01"}}
			if lang == "en" {
				list[0].Title, list[0].Body = "How to join", "<p>Ask the board for an invitation.</p>"
				return list, nil
			}
			return append(list, Page{Slug: "aturan-toko", Title: "Aturan toko", Body: "<h1>Jam buka</h1><p>08.00 sampai 16.00.</p>",
				Picture: Picture{"/api/files/pages/abc/toko_a1b2c3d4e5.png", "Toko dari depan"}, Files: []File{{"/api/files/pages/abc/denah_a1b2c3d4e5.pdf", "denah_a1b2c3d4e5.pdf"}}}), nil
		},
		News: func(_ context.Context, lang string) ([]News, error) {
			if lang != "id" {
				return nil, nil
			}
			return []News{{Slug: "stok-opname", Title: "Stok opname akhir bulan", Body: `<p>Toko tutup jam 14.00 pada <b>30 November</b>.</p>`, Date: "2026-11-10"}}, nil
		},
		Reports: func(context.Context) ([]Report, error) {
			return []Report{{2025, Said{"id": "Laporan tahun 2025", "en": "Report for 2025"}, Said{"id": "Tahun pertama di buku baru."}, "2026-03-27", "/api/files/annual_reports/x/laporan.pdf"}}, nil
		},
		Pattern: func(context.Context) (Pattern, error) { return Pattern{41, 11, 9, 6}, nil },
		Signer: func() (Signer, error) {
			return Signer{"1f2e", signer.Public().(ed25519.PublicKey), func(m []byte) []byte { return ed25519.Sign(signer, m) }}, nil
		},
		Program: func() (Program, bool) { return Program{"linux/amd64", 24_400_000, strings.Repeat("0a", 32)}, true },
		OpenAPI: true, Allocate: inOrder,
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

// at is one document of a site as a visitor of a language gets it; an address that leads nowhere is empty.
func at(t *testing.T, p Port, path, lang string) string {
	t.Helper()
	s := opened(t, p)
	c, err := s.gather(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		pattern, name, _ := strings.Cut(d.pattern, "{name}")
		if name != "" { // the name's own slash
			rest, found := strings.CutPrefix(path, pattern)
			name = strings.TrimSuffix(rest, "/")
			if !found || name == "" {
				continue
			}
		} else if d.pattern != path {
			continue
		}
		v, err := d.write(s, c, lang, name)
		if err != nil {
			t.Fatal(err)
		}
		if v == nil {
			return ""
		}
		return string(v.body)
	}
	t.Fatalf("%s is no document", path)
	return ""
}

// pageOf is the front page in one language.
func pageOf(t *testing.T, p Port, lang string) string {
	t.Helper()
	return at(t, p, "/", lang)
}

// addresses are all documents that are pages.
var addresses = []string{"/", "/bukti/", "/halaman/", "/halaman/cara-bergabung/", "/halaman/aturan-toko/", "/kabar/", "/kabar/stok-opname/", "/pengurus/", "/laporan/"}

// signer is a co-op's key, the same in every test.
var signer = ed25519.NewKeyFromSeed(make([]byte, 32))
