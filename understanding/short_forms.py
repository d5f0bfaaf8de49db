"""Short and misspelt forms that Brazilians type, each with the plain word it stands for (folded: no accents, lower case).

Whole tokens only. Forms that mean several things (`s n m t d x e c cm sem seg num rs pg`) are decided in `understanding.normal` by
their neighbours or not at all; `mas/mais`, `e/é`, `esta/está` and `nós/nos` are never "corrected".
"""

from __future__ import annotations

import re


def _table(text: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for line in text.strip().splitlines():
        plain, _, forms = line.partition("=")
        for form in forms.split():
            table[form] = plain.strip()
    return table


SHORT = _table("""
voce = vc vcs voces ce oce tu ceis ces vose vcc vce vcss voc vosse voceis
nos = nois
a gente = agnt
gente = gnt gent
que = q ke ki qe
o que = oq oque oqe uq oq
porque = pq pk pque porq pqe prq pq pork porke
quando = qd qdo qnd qndo cuando quano
quanto = qto qnto qt qnt cuanto quato qunto quantu
quantos = qts qnts
quantas = qtas qntas
qualquer = qq qqr qlqr qualqr qlq
quem = qm kem quen
quero = qro kero qero quro qero qeru keru kro queru
queria = qria keria kria
cade = kd cad
nao = nn naum nam nom naao naoo naoe nau naonao numm noa nun non nan nah naun nno naaum
nada = nd nda ndaa
ninguem = ngm ninguen nguem ninguein niguem niguen ngn nigem
nunca = nunka nunc nunk nucna
jamais = jms jamas
nenhum = nenhun nehum nehun nhum nenum nenhu
nenhuma = nehuma nhuma nenuma
sem = sen semm
sim = ss sin simm sii siim
tambem = tb tbm tmb tbn tambein tamem tbem tmbm tbnn tambm
tudo = td tdo
todos = tds tdos todus
todas = tdas
toda = tda
de novo = dnv dinovo denovo
depois = dps dpois depoes despois dpdps dipois depos
agora = agr agra gora aghora agoar agorra
hoje = hj oje hje hoj
amanha = amn amnh amanhan amnha amnah aman amha
ontem = onte ontm
mesmo = msm mesm memo mermo mrm mesmu
muito = mto mt mtu mui muinto muintu mtoo muitu
muita = mta
muitos = mtos
muitas = mtas
para = p pra pro pa pras pros
com = cum
esta = ta tah
estou = to tou tow toh
estava = tava tavam
estamos = tamo tamu tamos
estao = tao
vou = vo vow vou
vamos = vamo vamu bora bo simbora
fazer = fzr fze faze
pagamento = pgto pagto pgt pag pgmto pagamentu pagameto
paguei = pgei paguey pagei paghei
pago = pgo
pagar = paga pagr paghar pagah pgar pgr
consigo = consigu consego consiguo
entao = intao entaum ent enton intaum
aqui = aki aq aqi
ai = ae aew
la = lah
so = soh
ja = jah jaa
ainda = inda aida
sempre = sempri smp smpr
obrigado = obg obgd obgda obrig brigado brigada obgado obrigada obgada brigadao brigadu obrigadu agradecido agradecida
valeu = vlw vlww valew vlws
falou = flw falow flws
beleza = blz blza bele bleza blzz
ok = okay okk oks oki okey oky okei
tudo bem = tdb tudobem tdbem
bom dia = bd bdia bondia bomdia bumdia bundia bonndia bomdi
boa tarde = bt btarde boatarde buatarde boatardi
boa noite = bn bnoite boanoite buanoite boanoiti
oi = oii oie oiee ooi ola opa hello
e ai = eae eai iae koe coe
abracos = abs abc abrc
beijos = bjs bj bjo bjus
por favor = pf pfv pfvr pfvor pls plis porfavor pvf please prfv
desconto = desc disconto discontu deskonto descontu descomto descontinho descontao
parcela = parc parcel parsela prcl
parcelas = parselas parcs
parcelar = parselar parcela-la
vezes = vz vzs vezis ves veses vezs vez
prestacao = prest prestasao
boleto = bolet bolto bolleto boletu buleto boletto bleto boleta boletos boletim voleto bileto bolrto boledo boelto
codigo = cod codig codigu codgo
codigo de barras = codbarras
segunda via = segviaa segudavia segundavia
vencimento = venc vencto vto vencim vencimeto
prorrogar = prorog prorroga porroga prorogar porrogar prolongar
pix = pics piks picx pixx piqs piz pixs pique
qr code = qr qrcode
copia e cola = copiacola
comprovante = comp compr comprov conprovante comprovate comprovant comprovantes comprovamte
documento = rg cnh ctps doc docs
cpf = cpff cepeefe cfp cpfs
cnpj = cnp
telefone = tel fone cel celu fon
whatsapp = zap zapzap wpp whats whatts uats zep whatszap watsap zapp wats
mensagem = msg mensage menssagem mensag mensagi mesagem mensagen
mensagens = msgs menssagens mensages mensagems msgns
email = imeio emeio imail emeil
atendente = atend atendete atendenti atendent atentende atemdente
advogado = adv advg advogada adevogado devogado
procon = proc procom
reclame aqui = reclameaki reclameaqui
banco central = bacen
serasa = cerasa serassa ceraza seraza
spc = spz
golpe = goupe gope golp gorpe golpi golpee
divida = dvida diva dividas dvd diivida dividia
debito = debto debitos
devendo = deveno devenu devedo
fatura = fatua fatra ftr fat faturas
emprestimo = emprest empretimo imprestimo imprestado
cartao = cart cartaum cartaun
acordo = acrdo acordu acordos
negociar = negosiar nego negocea negocia negoceia renegocia renegociar
salario = sal salariu
decimo terceiro = decimo
fim de semana = fds findi finde
segunda feira = segunda-feira
terca feira = terca-feira ter
quarta feira = quarta-feira
quinta feira = quinta-feira qui
sexta feira = sexta-feira sex sesta
sabado = sab
semana = semn smn semanha
mes = mez
sei la = sla
nossa = nss nussa noss
aff = af afe affs
comigo = cmg
negocio = ngc negoc
trabalho = trb trampo serv servico servicu trabaio
minuto = min minn minutinho minutim
urgente = urg urgent
certeza = ctz ctza certz
verdade = vdd verdad
pode crer = pdc podecre
deixa = dx
tipo = tpo
ne = neh
referente = ref
data = dt
valor = vl vlr val valo valorzinho valr
total = tt ttl
reais = reas reias real reau conto contos pila pilas mango mangos prata pratas merreis dinheiros reaus realzinho
dinheiro = dinhero grana bufunfa dindim money tutu dim din dinheirinho denheiro dinheirim cascalho
problema = problemaa pobrema poblema pobema
desempregado = desempregada dezempregado dezempregada desempregadu
numero = nro nr nmr numer nuemro
pessoa = pesoa pecoa pesso
banco = bco
loja = lojas
cobranca = cobransa cobranssa
cobrando = cobrano cobrandu
entendi = intendi entendii
entender = intender entende intende
tem como = temcomo temcm
da para = dapra dapra dava daria
mandar = manda mandem mande mandaa
enviar = envia envie enviem
receber = recebe
recebi = resebi
ligar = liga liguem ligue
parar = para-me
tirar = tira tirem tire
quitar = quita
resolver = resolve resolvi resouve
favor = fvr favr favorr
estamos juntos = tmj tamojunto
atenciosamente = att atte atts
contigo = ctg
com voce = cvc cvcs
conosco = cnsc conosko
adicionar = add adc
ta ligado = tlgd
meu deus = mds
so que nao = sqn
de nada = dnd
de boa = dboa dboas
pode pa = pdp
tranquilo = trank tranks tranquis trankilo
demorou = dmr dmro
ja e = jae
firmeza = fmz
alguem = algm alguen aguem alguein
algum = algn
talvez = tlvz talves tauvez
acho = axo axu achu
achei = axei
chegou = xegou xego chegu
chamar = xamar
deixa = dexa dxa deicha
deixar = dexar deichar
preciso = presiso pressiso preciza precizo prciso prescizo
posso = poso possu
tenho = tenhu tnh teno
devo = devu devoo
faco = fasso fassu
mulher = muie mulhe muler
trabalhando = trabaiando trampando trabalhano
trabalhar = trabaia trabaiar trampar
horas = hrs
conta = cnta contaa
caralho = caraio karalho krai
senhora = sra snra
senhor = sr snr
""")
"""Folded form to folded plain words (one or several, separated by blanks)."""
# Imperatives are as often statements ("você manda boleto"): they are kept apart, and only the pieces of the word join them.
for _kept in ("para", "recebe", "resolvi", "negocia", "servico"):
    SHORT.pop(_kept, None)


def _run(words: str, plain: str) -> tuple[re.Pattern[str], str]:
    return re.compile(rf"(?<![\w@]){words}(?![\w@])"), plain


RUNS = tuple(
    _run(*one)
    for one in (
        # Letters apart: "c p f", "c.p.f.", "n a o".
        (r"c[ .]{1,2}p[ .]{1,2}f\b\.?", "cpf"),
        (r"c[ .]{1,2}n[ .]{1,2}p[ .]{1,2}j\b\.?", "cnpj"),
        (r"(?:ce|se) pe (?:efe|efi)", "cpf"),
        (r"p i x(?! \w\b)", "pix"),
        (r"s[ .]p[ .]c\b\.?", "spc"),
        (r"n a o(?! \w\b)", "nao"),
        (r"s i m(?! \w\b)", "sim"),
        (r"(?:q r|qr|kiu ar|kiu erre|que erre)[- ]?code?|qr-cod\w*|kiu ar(?: cod\w*)?|qrcod\w+", "qrcode"),
        (r"copia?[- ]?(?:e|i|y|&)?[- ]?cola", "copia e cola"),
        (r"c(?:od(?:igo)?)?[. ]{1,2}(?:de )?barr?as?", "codigo de barras"),
        # "2ª via", "2via", "seg via", "segnda via": the code once more.
        (r"(?:2 ?a{0,2}|se?gu?n?d?[ao]?)[- .]?via", "segunda via"),
        (r"1 ?a[- .]?via", "primeira via"),
        # "2ªf", "6a feira", "5a-f".
        (r"2 ?a[- .]?f(?:eira|s)?|2[- ]?feira|2f", "segunda feira"),
        (r"3 ?a[- .]?f(?:eira|s)?|3[- ]?feira|3f", "terca feira"),
        (r"4 ?a[- .]?f(?:eira|s)?|4[- ]?feira|4f", "quarta feira"),
        (r"5 ?a[- .]?f(?:eira|s)?|5[- ]?feira|5f", "quinta feira"),
        (r"6 ?a[- .]?f(?:eira|s)?|6[- ]?feira|6f", "sexta feira"),
        (r"(?<!dia )13 ?o(?: ?salario)?|13 ?salario", "decimo"),
        (r"(?:dt|data) ?(?:de )?nasc\.?|dn(?= ?:? ?\d)", "data de nascimento"),
        (r"(ano|mes|semana|segunda|terca|quarta|quinta|sexta|sabado|domingo|dia) ?q(?:ue)? ?vem", r"\1 que vem"),
        (r"(?<=\bno |\bao |\bdo )r\.?a\.?|(?<=\bpro )r\.?a\.?", "reclame aqui"),
        (r"(?<=\bno |\bao |\bdo )b\.?c\.?|(?<=\bpro )b\.?c\.?", "banco central"),
    )
)
"""What is several tokens, or is written with dots, bars and figures, in a folded text."""

GLUED = re.compile(
    r"(nao|nem|num|nun|nau|n)(?=(?:sei|quero|posso|tenho|consigo|vou|devo|recebi|paguei|aceito|entendi|conheco|reconheco|fiz|deu|sou|tou|tava"
    r"|queria|preciso|foi|chegou|comprei|lembro|mande|manda|concordo|autorizo|pago|paga|mora|existe|abre|abriu|funciona)$)"
)
"""A denial and its verb in one: "nsei", "naoquero", "numpaguei"."""

EMOJI = {
    "👍": "sim joinha",
    "👌": "sim joinha",
    "✅": "sim feito",
    "☑": "sim feito",
    "🆗": "ok",
    "🤝": "sim fechado",
    "💪": "forca",
    "👎": "nao negativo",
    "❌": "nao negativo",
    "🚫": "nao proibido",
    "🙅": "nao negativo",
    "🙏": "por favor gratidao",
    "❤": "carinho",
    "💚": "carinho",
    "💙": "carinho",
    "🥰": "carinho",
    "😍": "carinho",
    "😘": "carinho beijo",
    "🤗": "carinho",
    "🌹": "carinho flor",
    "🌸": "carinho flor",
    "👏": "palmas",
    "👋": "aceno oi",
    "🙋": "aceno oi",
    "😡": "raiva",
    "🤬": "raiva palavrao",
    "😠": "raiva",
    "👿": "raiva",
    "😤": "raiva",
    "🖕": "raiva palavrao",
    "🤮": "raiva nojo",
    "💩": "raiva nojo",
    "🤡": "deboche palhaco",
    "🙄": "deboche",
    "😂": "risada",
    "🤣": "risada",
    "😅": "risada",
    "😆": "risada",
    "🤔": "duvida pensando",
    "❓": "duvida",
    "❔": "duvida",
    "⁉": "duvida",
    "🤷": "duvida sei la",
    "😕": "duvida",
    "😭": "choro tristeza",
    "😢": "choro tristeza",
    "😔": "tristeza",
    "😞": "tristeza",
    "😩": "cansaco tristeza",
    "😫": "cansaco tristeza",
    "💔": "tristeza coracao partido",
    "🖤": "luto",
    "🕊": "luto",
    "⚰": "luto caixao",
    "😱": "susto",
    "😳": "susto",
    "🚨": "alerta",
    "⚠": "alerta",
    "🏥": "hospital",
    "💊": "remedio",
    "🔪": "faca",
    "🔫": "arma",
    "💰": "dinheiro",
    "💸": "dinheiro voando",
    "💵": "dinheiro",
    "🧾": "comprovante recibo",
    "📄": "documento papel",
    "📎": "anexo",
    "📷": "foto",
    "📸": "foto",
    "📅": "data",
    "🗓": "data",
    "⏰": "hora",
    "⏳": "espera",
    "📞": "telefone ligar",
    "☎": "telefone ligar",
    "📧": "email",
    "🔕": "silenciar mensagens",
    "🤫": "silencio",
    "🛑": "parar",
    "✋": "parar",
    "🤖": "robo",
    "👮": "policia",
    "⚖": "justica",
    "👨‍⚖": "justica juiz",
}
"""What an emoji says, in folded words; others count as `figurinha`."""
