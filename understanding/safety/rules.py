"""The table of the rules: which words say what must not be missed, and which words turn that round.

Patterns are looked for in the plain words of a message (folded, meant, without marks), on word borders. A line is
`label | kind | certainty | pattern`; of `_TURNED`, `label | pattern`. The rules are tuned for recall.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Certainty = Literal["sure", "maybe"]

_MSG = (
    r"(?:mensagens?|msgs?|mensagem|ligacao|ligacoes|ligar|ligando|whatsapp|sms|contato|cobranca|cobrancas|"
    r"cobrar|cobrando|notificac\w+|avisos?|torpedos?|propaganda\w*|isso|nada|email|emails|lembretes?)"
)
_REL = (
    r"(?:mae|pai|marido|esposa|esposo|mulher|filh[oa]s?|irma|irmao|ti[oa]|avo|vo|sogr[oa]|cunhad[oa]|prim[oa]|"
    r"net[oa]|sobrinh[oa]|namorad[oa]|ex|companheir[oa]|padrasto|madrasta|noiv[oa]|enteado|enteada|vizinh[oa]|"
    r"patrao|patroa|chefe|mainha|painho|amig[oa]|colega|bebe|nene|compadre|comadre|titular|afilhad[oa]|crianca)"
)
_DEBT = (
    r"(?:divida|debito|conta|compra|contrato|cartao|emprestimo|cobranca|boleto|valor|fatura|carne|financiamento|"
    r"servico|plano|linha|trabalho|lancamento|parcela|assinatura|produto|pendencia|titulo|crediario|coisa|trem)"
)
_NO = r"(?:nao|nem|nunca|jamais|sem)"

# label | kind | certainty | pattern over the plain words; indented lines go on with the pattern of the line before.
_RULES = rf"""
vulnerabilidade | self_harm | sure |
    (?:vou|quero|queria|pensei em|penso em|pensando em|vontade de|to pra|so penso em|tentei|tentar|ja tentei|
    melhor|preferia|prefiro|pensamento de|pensar em|plano de|decidi|ia) (?:e |so |ate |ja )?(?:me matar|morrer|
    se matar|me suicidar|acabar com (?:tudo isso|a minha vida|minha vida|a vida|a minha propria vida)|
    tirar (?:a )?(?:minha|propria|minha propria) vida|dar (?:um )?fim (?:n|em|a)?(?:a)? ?(?:minha vida|mim|tudo|
    a minha vida)|por (?:um )?fim (?:n|em|a)?(?:a)? ?(?:minha vida|tudo|a minha vida)|me jogar|me enforcar|
    me dar um tiro|sumir (?:do mundo|desse mundo|dessa vida|da vida|de vez|do mapa)|nao estar mais aqui|
    tomar (?:todos os|um monte de|uns|veneno|os remedio)\w*|pular d\w+|desaparecer (?:do mundo|dessa vida|da vida|
    de vez))
vulnerabilidade | self_harm | sure |
    suicid\w+|chumbinho|\bmato me\b|me mato\b|vou me mata\w*|me matando|morrer logo|cortar (?:os|meus) pulsos|
    enforc(?:ar|o)(?: me)?(?! (?:nos|em) juros)|tirar (?:a )?(?:minha|propria|minha propria) (?:propria )?vida|
    acabar com (?:a )?(?:minha|propria|minha propria) (?:propria )?vida|acabo com (?:a )?minha vida|
    tir[oa] (?:a )?minha vida|(?:por|dar|botar) (?:um )?(?:fim|ponto final) (?:n|em|a|na|nisso com)? ?(?:a |minha |
    a minha |na minha )?vida
vulnerabilidade | self_harm | sure |
    (?:nao|nem|num) (?:quero|queria|aguento|tenho vontade de|tenho mais vontade de|vale a pena|consigo|faz sentido|
    tem sentido|vejo sentido|da) (?:mais |nem |em |mais nem )*(?:viver|vive|existir|a vida|essa vida|esta vida|
    continuar vivend\w+|acordar|seguir vivend\w+|estar viv[oa]|continuar viv[oa]|ficar viv[oa])
vulnerabilidade | self_harm | sure |
    (?:perdi|sem|nao tenho|nao tenho mais|acabou|cade) (?:a |o |mais )?(?:vontade|motivo|razao|sentido|
    gosto) (?:de |pra |para |d[ea] )?(?:viver|a vida|vida|continuar viv\w+|existir|estar viv\w)
vulnerabilidade | self_harm | sure |
    (?:minha|essa|a) vida (?:ja )?(?:nao (?:vale|faz|tem)|acabou|perdeu (?:o|a) (?:sentido|graca)|
    nao (?:tem )?mais)(?: (?:mais )?(?:nada|sentido|a pena))?
vulnerabilidade | self_harm | sure |
    (?:pensamentos?|ideias?|planos?|intencao) (?:de |em )?(?:ruins de |ruim de )?(?:morte|morrer|suicid\w+|
    me matar|acabar|tirar minha)|besteira com(?:igo)? (?:minha vida|mim|mesm[oa])|fazer (?:uma |alguma |algum |
    um )?(?:besteira|bobagem|loucura) (?:comigo|com minha vida|com a minha vida|com mim)
vulnerabilidade | self_harm | sure |
    (?:so )?morrendo (?:eu |pra eu |que eu |para )*(?:pago|paro|resolve|descans\w+|fic\w+)|(?:melhor|bom) (?:era |
    seria |e |se )?(?:eu |que eu )?(?:morrer|morresse|morto|morta|nao ter nascido|estar mort[oa]|nao existir|
    sumir do mundo|sumisse)|se eu (?:morrer|morresse|me matar|sumir|sumisse) (?:resolv\w+|acab\w+|voce\w* par\w+|
    ai|pelo menos|talvez|ninguem|a divida (?:acab|some|morr)\w*|quem sabe|todo mundo)|(?:todo mundo|todos|
    minha familia|meus filhos|mundo) (?:\w+ ){{0,3}}melhor sem mim|ninguem vai sentir (?:a )?(?:minha )?falta|
    adeus mundo|vou (?:embora|partir) (?:desse mundo|dessa vida|deste mundo)|quero (?:so )?descansar (?:pra|
    para) sempre|dormir e nao acordar|nao acordar (?:mais|nunca)|(?:deus|queria que deus) (?:me )?(?:leve|levasse|
    leva|carregue) (?:me )?(?:logo|embora|de vez)?|me leva(?:r)? (?:logo )?(?:senhor|deus)
vulnerabilidade | self_harm | sure |
    (?:penso|pensei|pensando|pensado|vontade|tentad\w+) (?:\w+ ){{0,2}}(?:em |de |n[ao] )?(?:me matar|me jogar|
    sumir (?:de vez|da vida|do mundo)|desistir (?:da vida|de viver|de tudo mesmo|de mim)|acabar com (?:tudo|
    isso tudo|essa vida|essa dor|meu sofrimento|o sofrimento)|morte|morrer|tirar a vida)|(?:desisti|desistir|
    desistindo|desisto|cansei|cansad[oa]) (?:da|de|desta|dessa|com a) (?:minha )?(?:vida|viver|existir)|
    (?:me )?(?:jogar|jogo|joguei|atirar|pular|pulo) (?:da ponte|do predio|da janela|na frente d\w+|do viaduto|
    debaixo d\w+|embaixo d\w+|da laje|do alto|no rio|na linha do trem)|to com (?:a )?(?:corda|faca|arma|revolver|
    remedio) (?:na mao|no pescoco|aqui|do lado)|tomar (?:todos os|todo[s]? (?:os )?|um monte de|a cartela|uns|
    varios) ?(?:meus )?(?:remedio\w*|comprimido\w*)|tomar veneno|veneno de rato|ultima (?:mensagem|vez) (?:que|
    da minha) (?:\w+ )?(?:vida|falo)|carta de despedida|me cort(?:ar|o|ei|ando)\b|automutil\w+
vulnerabilidade | self_harm | sure |
    sem vontade (?:de )?(?:nada|tudo|viver)? ?(?:nem )?(?:ate )?(?:de )?(?:respirar|existir|continuar (?:aqui|viv\w+))|
    (?:nao (?:da|aguento|consigo|quero) mais)(?: \w+){{0,2}} adeus(?: (?:mundo|a todos|gente|pra sempre))?$|
    (?:penso|pensando|pensei|vontade) (?:em |de )?nao voltar (?:mais )?para casa nunca mais
vulnerabilidade | self_harm | maybe |
    (?:nao )?(?:aguento|suporto|consigo|guento) mais(?: nada| isso| essa vida| tudo| viver)?$|(?:quero|vontade de|
    queria) (?:so )?(?:sumir|desaparecer)\b|nao vejo (?:mais )?(?:saida|solucao|luz|esperanca)|sem (?:saida|
    esperanca|forcas?|chao)|no fundo do poco|desespero|desesperad[oa]|nao tenho mais forcas?|a beira d\w+|
    fim da linha|nao sei (?:mais )?(?:o que|oque) (?:fazer|faco) da (?:minha )?vida|fazer (?:uma |alguma |
    um )?(?:besteira|bobagem|loucura)|acabar com tudo|desistir de tudo|cheg\w+ (?:no|ao) (?:meu )?limite|
    crises? de choro|choro (?:todo dia|o dia todo|toda noite)|nao durmo|so choro
vulnerabilidade | illness | sure |
    (?:estou|tenho|to|com|descobri|descobriu|descobriram|descobrimos|luto contra|fazendo|faco|trato|tratando|em|diagnosticad\w+|diagnostico de|
    tratamento de|tratamento contra|operei|operar|combate ao|venci|tive|teve|esta|ta|tem|faz|fez|
    e) (?:\w+ ){{0,2}}(?:cancer\w*|quimio\w*|radioterapia|hemodialise|leucemia|tumor\w*|avc|derrame|infart\w+|
    esclerose|parkinson|alzheimer|aids|hiv|lupus|cirrose|metastase|transplante|uti|cti|coma|paraplegic\w+|
    tetraplegic\w+|depressao|sindrome do panico|crises? de panico|bipolar\w*|esquizofren\w+|surto|burnout|
    acamad[oa]|cadeirante|amput\w+|desenganad[oa]|em fase terminal|terminal|cirurgia|tuberculose|diabet\w+|
    insuficiencia|coracao grande|gravidez de risco|hepatite|fibromialgia|cadeira de rodas|demencia)
vulnerabilidade | illness | sure |
    internad[oa]s?|internei|internaram|internac\w+|hospitalizad[oa]|acamad[oa]|quimioterapia|hemodialise|(?:no|do|
    pro|num) hospital|na uti|(?:doenca|estado|caso|problema de saude|muito) grave(?:mente)?|gravemente doente|
    muito doente|doente d[aoe] |(?:sofri|sofreu|tive|teve) (?:um )?(?:avc|infarto|derrame|acidente|aborto)|
    perdi (?:a perna|o braco|a visao|um rim|a vista|meu bebe)|(?:filh[oa]|bebe|menin[oa]|neném|mae|pai|espos[oa]|
    marido|mulher) (?:esta |ta )?(?:com cancer|doente|na uti|intern\w+|acamad\w+|especial|autista|deficiente)|
    oncolog\w+|tratamento psiquiatr\w+|psiquiatra|caps\b|perdendo a visao|cego|ceguei|
    so tenho (?:\w+ )?meses de vida|transplant\w+|marcapasso|aneurisma|coronav\w+|entubad\w+|intubad\w+
vulnerabilidade | illness | maybe |
    doente|doenca|hospital|cirurgia|operad[oa]|operei|depress\w+|ansiedade|panico|acidente|remedios?|tratamento|
    medico|laudo|atestado|deficien\w+|invalid[oae]\w*|autis\w+|saude
vulnerabilidade | bereavement | sure |
    (?:perdi|perdemos|enterrei|enterramos|enterrar|velorio d|enterro d|luto (?:pel[oa]|d[eoa])|sepult\w+|cremei|
    velando|enterrando|morte d[aoe]s?|falecimento d[aoe]s?|perda d[aoe]s?) ?(?:a |o |do |da |de |minha |meu |uma |
    um |nosso |nossa |meus |minhas |os |dois )*{_REL}
vulnerabilidade | bereavement | sure |
    (?:estou|to|tou|em|de) luto\b|fiquei viuv[oa]|(?:sou|to|estou) viuv[oa]|recem viuv[oa]|enviuvei|(?:no|do|pro|
    num) velorio|acabei de (?:perder|enterrar)
vulnerabilidade | bereavement | maybe |
    (?:faleceu|morreu|falecimento|morte|luto|enterro|velorio|viuv[oa]|perdi (?:a |o )?(?:minha|meu))
vulnerabilidade | disaster | sure |
    enchente|alag\w+|inund\w+|deslizamento|desab\w+|desmoron\w+|incendi\w+|pegou fogo|perdi tudo|perdemos tudo|
    queimou tudo|(?:chuva|agua|fogo|rio|temporal|vendaval|tempestade) (?:\w+ )?(?:levou|destruiu|acabou com|
    invadiu|queimou|carregou|entrou|derrubou|arrasou)|desabrigad\w+|desalojad\w+|(?:num|no|em|pro) abrigo|
    calamidade|defesa civil|destelh\w+
vulnerabilidade | violence | sure |
    medida protetiva|maria da penha|violencia|(?:me|m) (?:bate|bateu|batia|espanc\w+|agrid\w+|agred\w+|
    persegue|estupr\w+|violent\w+|prende em casa|machuc\w+)|apanh(?:ei|o|ando|ava) d\w*|fugi (?:de casa|do meu|
    dele)|agiota\w* (?:\w+ ){{0,3}}(?:ameac|mat|bat|atras|porta|caca|jur)\w*|sequestr\w+|abus(?:ou|ada|ado) (?:de mim|sexual\w*)|estupr\w+|casa abrigo|delegacia da mulher|
    medo (?:dele|do meu (?:ex|marido))
vulnerabilidade | hunger | sure |
    passand[oa]s? fome|passo fome|passamos fome|sem (?:ter )?(?:o que|oque|nada (?:pra|para)|comida (?:pra|para|
    em casa|na mesa)) ?(?:comer|dar de comer)?(?: aos?| pros?| para os)? ?(?:filhos)?|nao tenho (?:o que|
    nada (?:para|pra)) (?:comer|dar)|fome em casa|filhos? (?:\w+ )?(?:com|passando) fome|(?:morando|dormindo|moro|
    durmo|vivendo|vivo) (?:na|de) rua\b(?! (?:de cima|de baixo|ao lado|de tras|principal|mesma))|
    (?:estou|ficou|fiquei|ficamos) na rua (?:com (?:(?:meus?|minhas?|os|as|dois|duas|tres|\d) )*(?:filh|crianca|menin|bebe)\w*|sem (?:teto|casa|ter|nada|lugar)\w*)|despejad[oa]|dormind\w+ no (?:carro|chao)

parar_mensagens | | sure |
    (?:para|parar|parem|pare|parou|chega|deixem?|larguem?|cess\w+|interromp\w+|suspend\w+|encerr\w+|cancel\w+|
    acab\w+|desativ\w+|deslig\w+|remov\w+|bloque\w+) (?:ja |logo |por favor |agora |com |de |d |o |a |os |as |me |
    esse |essa |esses |essas |tudo |voce |ai |moco |moca |imediatamente |todo |toda |qualquer |das |dos |minhas |
    minha |meu |todas |envio de |recebimento de |com essas |com esse )*(?:mandar|mandarem|manda|enviar|enviarem|
    ligar|ligarem|chamar|perturbar|perturbarem|incomodar|incomodarem|encher|importunar|atormentar|infernizar|
    mensag\w+|ligac\w+|sms|spam|contat\w+|cobrar|cobrarem|chatear|me procurar|procurar|mexer|envio|envios|
    notificac\w+|chateac\w+|amolar|azucrinar|falar comigo|escrever|me escrever|aperrear|torrar|avisos?|lembretes?|
    cobranca por)
parar_mensagens | | sure |
    {_NO} (?:me |mais |quero |quero mais |precisa |precisam |precisa mais |e para |e pra |e |pode |podem |vem |
    venham |venha |ficar |fica |fiquem |voltar a |voltem a |volte a |tornem a |ouse |ousem |
    por favor )*(?:me )?(?:mandar|mande|mandem|mandar|enviar|envie|enviem|ligar|ligue|liguem|chamar|chame|chamem|
    perturb\w+|incomod\w+|importun\w+|procurar|procure|procurem|contat\w+|escrev\w+|cobrem|amol\w+|azucrin\w+|
    enche\w*|mandando|enviando|ligando)(?: me)? (?:mais|nada|nunca mais|nenhum\w*|{_MSG})
parar_mensagens | | sure |
    nao quer\w* (?:mais )?(?:receber|recebe|ser incomodad\w+|ser cobrad\w+ (?:por|no|pelo)|que (?:me )?(?:mandem|
    liguem|enviem|mandar|ligar|procurem|chamem|incomodem|entrem)|contato|mensag\w+|ligac\w+|saber de mensag\w+|sms|
    aviso\w*|nada no (?:meu )?(?:whatsapp|celular|telefone)|notificac\w+|mais mensag\w+|voce me (?:mand|lig)\w+|
    nenhum\w* (?:mensag\w+|contato|ligac\w+)|mais nada de voce|papo com voce|falar com voce nunca|essas mensag\w+|
    esse tipo de (?:mensag\w+|contato))
parar_mensagens | | sure |
    ^(?:sair|sai|stop|pare|parar|parem|descadastr\w*|remover|remove|cancelar (?:inscricao|envio|mensag\w+|sms|
    recebimento)|unsubscribe|sair da lista|quero sair|chega|bloquear|silenciar mensagens|para|parou|opt out|optout|
    off|quero sair (?:daqui|dessa lista|da lista|desse grupo)|
    me tirar(?: dai| disso| da lista)?)(?: ja| agora| por favor| logo| !| com isso| porra| caralho)*$
parar_mensagens | | sure |
    (?:me )?(?:tirar|retir\w+|remov\w+|exclu\w+|exclua|apag\w+|delet\w+|desvincul\w+|descadastr\w+|risc\w+|sair|
    saia|limpar) (?:me |meu |o meu |o |esse |este |essa |meus |do |de |a |meu nome |imediatamente |por favor |
    minha )*(?:numero|telefone|contato|celular|whatsapp|lista|lista de (?:transmissao|contatos|envio|cobranca)|
    cadastro de mensag\w+|grupo|mailing|mala direta|disparo\w*|dessa lista|desta lista|da lista|das listas|
    desse sistema de mensagem|do whatsapp)
parar_mensagens | | sure |
    descadastr\w+|unsubscribe|(?:vou|irei|ja|te|to|estou|acabei de|vo) (?:te |ja |logo |vos )?(?:bloque\w+|
    denunciar (?:esse|este|o|como|no) (?:numero|spam|contato|whatsapp)|reportar|bloquei\w+|block)|
    (?:me )?(?:deixa\w*|deixe\w*|deixem) (?:me |eu |nois |a gente |minha familia )?(?:em paz|quieto|quieta|
    sossegad\w+|no meu canto|viver em paz|trabalhar em paz)|me (?:erra|esquece\w*|esquec\w+)(?! (?:de|a senha|o))|
    me da(?:o)? (?:um )?sossego|(?:sum(?:a|am|ir)|some|desaparec\w+|vaza) (?:daqui|da minha vida|
    do meu (?:whatsapp|celular)|com (?:isso|essas mensag\w+))|larga do meu pe|sai do meu pe|
    saco cheio d\w+ (?:\w+ )?(?:mensag\w+|ligac\w+)|cansad[oa] de (?:\w+ )?(?:receber|mensag\w+|ligac\w+|voce me)|
    (?:muit\w+|tant\w+) (?:mensag\w+|ligac\w+|msg) (?:\w+ )?(?:por dia|chega|para|todo dia)|
    nao autorizo (?:\w+ ){{0,3}}(?:contat\w+|mensag\w+|envio|ligac\w+|receber|usar|voce)|nao dei autorizacao|
    nao (?:perturbe|incomode|encha|enche|encham)|chega de (?:\w+ )?{_MSG}|basta de {_MSG}|(?:opt out|opt-out)|
    nunca mais (?:me )?(?:mand|lig|envi|cham|procur|escrev|apare)\w*|para\w* com (?:isso|essas?|esse|as|o)\b|
    nao (?:me )?(?:mand\w+|lig\w+|envi\w+|cham\w+|procur\w+|cobr\w+) mais|desativ\w+ (?:as |os |esse |essas |
    esses )*(?:mensag\w+|avisos?|lembret\w+|notificac\w+)|revogo (?:\w+ ){{0,4}}(?:autorizacao|consentimento)
parar_mensagens | | maybe |
    (?:parar|parem|pare|bloque\w+|perturb\w+|incomod\w+|enchendo|importun\w+|sossego|em paz|spam|denunciar|encher|
    inferniz\w+|torrando|nao (?:me )?(?:mand|lig|envi|cham|procur)\w+)

nao_sou_a_pessoa | deceased | sure |
    (?:ele|ela|a pessoa|o titular|a titular|dono|dona|cliente|senhor|senhora|essa pessoa|fulan[oa]|{_REL}|(?:o|
    a) [a-z]+|meu [a-z]+|minha [a-z]+) (?:\w+ ){{0,3}}(?:faleceu|morreu|falecid[oa]|e falecid[oa]|ja partiu|
    veio a obito|foi a obito|nao esta mais (?:entre nos|aqui com a gente|vivo|viva)|esta mort[oa]|ja morreu|
    mort[oa] (?:ha|faz|desde))
nao_sou_a_pessoa | deceased | sure |
    (?:faleceu|morreu|partiu) (?:\w+ ){{0,4}}(?:{_REL}|dono|dona|titular|pessoa)|falecid[oa]|(?:certidao|
    atestado) de obito|inventari\w+|espolio|herdeir\w+|descans\w+ em paz|cobrando (?:um |uma |gente |
    de )?(?:mort\w+|defunt\w+|falecid\w+)|esta (?:no ceu|com deus|enterrad\w+|no cemiterio)|
    nao (?:esta )?mais entre nos|(?:divida|conta|cartao) (?:de|da|do) (?:minha |meu |um |uma )?(?:falecid\w+|
    mort\w+|finad\w+)|finad[oa]|veio a obito
nao_sou_a_pessoa | minor | sure |
    (?:sou|eu sou|so|e) (?:de |um |uma )?(?:menor|crianca|adolescente)(?: de idade)?\b|(?:tenho|fiz|so tenho|
    eu tenho|vou fazer) (?:so |apenas )?(?:[5-9]|1[0-7]|dez|onze|doze|treze|quatorze|catorze|quinze|dezesseis|
    dezessete|oito|nove) aninhos|(?:tenho|fiz|so tenho|eu tenho) (?:so |apenas )?(?:[5-9]|1[0-7]|dez|onze|doze|
    treze|quatorze|catorze|quinze|dezesseis|dezessete|oito|nove) anos(?! (?:de|que|nessa|na|no|com|sem|pagando|
    nisso|atras))
nao_sou_a_pessoa | representative | sure |
    (?:sou|aqui e|quem fala e|falo como|na qualidade de|enquanto) (?:o |a |um |uma )?(?:\w+ )?(?:advogad\w*|
    procurador\w*|representante|curador\w*|inventariante|contador\w*|tutor\w*|sindic\w+|responsavel legal|
    cuidador\w*|patron\w+|assessor\w*|defensor\w*|filh\w+ e procurador\w*|administrador\w* (?:d[aoe] )?(?:espolio|
    massa)|secretari\w+)|(?:meu|minha|nosso|nossa) (?:client\w+|constituinte|representad\w+|curatelad\w+|
    assistid\w+)\b|tenho (?:a |uma )?procuracao|por procuracao|represento (?:o|a|ele|ela|minha|meu|os|legalmente)|
    em nome d[aoe] (?:meu client|minha client|{_REL}|senhor|senhora|dona|seu)
nao_sou_a_pessoa | relative | sure |
    (?:aqui e|quem fala e|quem ta falando e|quem esta falando e|quem ta com o celular e|sou|eu sou|so|
    e) (?:so )?(?:o |a |um |uma )?{_REL} (?:d[aoe]l[ea]|d[aoe]s?\b|aqui)|(?:celular|telefone|numero|whatsapp|chip|
    linha|aparelho) (?:e |eh |era )?(?:d[aoe] |del[ea]|da minha|do meu|de minha|de meu)(?: ?(?:minha |
    meu )?{_REL})?(?: e nao| mas| , | nao)?|(?:ele|ela|{_REL}|titular) (?:\w+ )?(?:nao (?:esta|ta|se encontra|mora|
    trabalha|mexe|usa|tem (?:celular|whatsapp)|pode falar|le|sabe)|saiu|viajou|esta (?:viajando|dormindo|
    trabalhando|preso|presa|fora)|mudou|foi embora)|(?:aviso|falo com|passo (?:o recado|pra|para)|repasso|
    dou o recado|darei o recado|transmito) ?(?:o recado )?(?:a |pra |para )?(?:el[ea]|{_REL}|minha {_REL}|
    meu {_REL})|nao (?:sou|e) (?:el[ea]|minha {_REL}|meu {_REL})|(?:quem deve|quem fez|quem tem (?:essa |
    a )?divida|a divida|essa divida|devedor\w*|isso|a conta|essa conta|quem comprou|cartao) (?:\w+ ){{0,2}}(?:e|
    era|foi) (?:d[aoe] |o |a )?(?:minha|meu) {_REL}|(?:divida|conta|debito|cobranca) (?:e )?(?:d[aoe]|d[ae] minha|
    do meu) (?:minha |meu )?{_REL}\b
nao_sou_a_pessoa | wrong_number | sure |
    (?:numero|telefone|contato|pessoa|celular|whatsapp|destinatari\w+|cara|mulher|homem|alvo) (?:e |esta |ta |foi |
    tá )?(?:errad\w+|engan\w+|trocad\w+|equivocad\w+)|ligou errado|mandou (?:pra|para) pessoa errada|errou (?:o|
    de) (?:numero|pessoa|contato)|(?:foi|e|deve (?:ser|ter sido)|so pode ser|isso e|houve|teve|por) (?:um |
    algum )?engan\w+|(?:nao|nem|num) (?:sou|so|e|me chamo|eh) (?:eu |nao |a |o |ess[ea] |est[ea] |de |do |da |
    mais )*(?:pessoa|fulan\w+|titular|destinatari\w+|cliente|dono|dona|tal|[a-z]+inh[ao]|mari\w*|joao|jose|ana|
    carl\w+|paul\w+|pedr\w+|luc\w+|marc\w+|fernand\w+|roberto|rodrigo|juliana|patricia|sandra|rosa|antonio|
    francisc\w+|adrian\w+|bruno|bruna|camila|daniel\w*|edson|eduardo|fabi\w+|felipe|gabriel\w*|gilberto|gustavo|
    helena|ivone|jessica|jorge|josefa|leandro|leonardo|leticia|luiz\w*|luis\w*|marcel\w*|marcia|mateus|matheus|
    mauro|miguel|nelson|osvaldo|rafael\w*|raimund\w+|renat\w+|ricardo|sebastiao|sergio|silvi\w+|simone|sonia|
    tatiane|tereza|tiago|thiago|valdir|vanessa|vera|vinicius|wagner|wellington|claudi\w+|cleide|regina|aparecida|
    denise|everton|anderson|alex\w*|andre\w*|rogerio|robson|vand\w+|jussara|celia|elias|elaine|cristina|cristiane|
    kelly|debora|diego|douglas|evandro|geraldo|ivan\w*|jair|joana|joaquim|larissa|lourdes|mario|monica|natalia|
    neide|neusa|otavio|priscila|raquel|reinaldo|rosana|rosangela|solange|suely|tania|valeria|walter|wesley|zeca|
    ze)\b
nao_sou_a_pessoa | wrong_number | sure |
    (?:nao|nem|num|nunca) (?:conhec\w+|sei quem (?:e|seja|eh|era)|vi|ouvi falar (?:d\w+ )?|
    faco ideia (?:de )?quem (?:e|seja)) (?:de |d |nenhum |nenhuma |ninguem |essa |esse |esta |este |a |o |tal |
    com esse nome |quem e )*(?:pessoa|nome|fulan\w+|ninguem|tal|criatura|senhor\w*|sujeito|cidada\w*|homem|mulher|
    moc[oa]|rapaz|cara|individuo|el[ea]\b|joao|jose|maria|ana|carl\w+|paul\w+|pedr\w+|marc\w+)|(?:nao (?:tem|mora|
    existe|trabalha|ha|vive)|aqui nao) (?:\w+ ){{0,3}}(?:ninguem|nenhum\w*|pessoa|esse nome|essa pessoa|
    com esse nome|essa ai|esse ai|e (?:o|a|d[aoe]) )|ninguem (?:aqui |daqui )?(?:\w+ )?(?:com |tem |chamad\w+|
    se chama|conhece)(?:esse nome|ess[ea]|assim)?|(?:nao )?(?:e|eh|pertence|seja)? ?(?:mais )?(?:o numero|
    o celular|o telefone|numero) (?:\w+ )?(?:dele|dela|dess[ae] (?:pessoa|senhor\w*|mulher|homem|cara))|(?:esse|
    este|o|meu) (?:numero|chip|telefone|celular|whatsapp) (?:e |ja |foi |agora |eu )*(?:nov\w+|meu agora|
    agora (?:e )?meu|outra pessoa|comprad\w+|trocou de dono|nao (?:e|pertence) (?:mais )?(?:d|a)\w*|mudou de dono|
    de outr\w+ pessoa|de outro|era d\w+)|(?:comprei|peguei|troquei|ganhei|uso|tenho|habilitei|
    adquiri) (?:\w+ )?(?:esse|este|um|o|de) ?(?:chip|numero|linha)(?: (?:novo|agora|ha|faz|tem|essa|semana|mes|
    esse|ontem|hoje|recente\w*|usado))?|(?:dono|dona|usuario|proprietari\w+) (?:antig\w+|anterior)|(?:antig\w+|
    outr\w+) (?:dono|dona|proprietari\w+)|(?:meu nome|me chamo|eu me chamo|aqui e|quem fala e|
    sou) (?:\w+ ){{0,3}}(?:e nao|nao|nao sou|e nao sou) |meu nome (?:nao e|nem e|e outro|e diferente)|nao (?:e|
    eh) (?:o )?(?:meu nome|meu cpf)|essa pessoa nao|(?:esse|este|o) nome nao e (?:o )?meu|nao sou quem|
    procurando a pessoa|cobrando a pessoa errad\w+|outra pessoa|homonim\w+|nao sou (?:mais )?(?:d[oa] )?(?:numero|
    telefone)|quem (?:e|eh) (?:ess[ea]|est[ea]) (?:tal |tal de )?(?:joao|maria|jose|pessoa|fulan\w+|ai que voce)|
    ja falei que nao sou|nao so[u]? eu (?:que )?(?:esse|essa|voce|a pessoa|nao)|^(?:nao|num|nao e|opa nao|eu nao|
    nao nao) sou eu(?: nao)?$|engan\w+ (?:seu|de voce|de numero|de pessoa|ai)
nao_sou_a_pessoa | | maybe |
    nao sou|nao conheco|engano|errad[oa]|{_REL} (?:d[aoe]l[ea])|numero novo|nao (?:mora|trabalha)|del[ea]\b

contestar_divida | never_mine | sure |
    nao reconhec\w+|desconhec\w+(?! (?:essa pessoa|ess[ea] nome|quem))|nao identifico (?:ess\w|a)|(?:nunca|
    jamais) (?:\w+ ){{0,2}}(?:compr\w+|fiz|fizemos|tive|contrat\w+|assin\w+|ped\w+|abr\w+|us\w+|peg\w+|solicit\w+|
    autoriz\w+|fui (?:client\w+|ness\w+|na loja|em)|entr\w+ ness\w+|dev\w+|pis\w+|recebi (?:cartao|esse|essa|nada|
    o cart)|financi\w+|aceit\w+|mor\w+ (?:em|ness|na|no)|negoci\w+ com|tirei|ouvi falar dess\w+ (?:loja|empresa|
    banco|divida)|vi (?:ess\w+|a cor))|(?:nao|nem|num) (?:\w+ ){{0,1}}(?:comprei|contratei|assinei|pedi|autorizei|
    solicitei|devo (?:mais )?(?:nada|isso|ess\w+|a|pra|para|nem|tudo|ess|nao|$|tanto|um centavo|esse valor|voce|
    essa)|fiz (?:ess\w+|nenhum\w*|compra\w*|divida\w*|emprestimo\w*|conta\w*|isso|cartao|contrato)|
    peguei (?:ess\w+|emprest\w*|dinheiro)|usei|abri|aceitei (?:ess|isso)|adquiri|emprestei|financiei|
    possuo (?:divida|debito|conta|ess)|tenho (?:nenhum\w* |essa |esse |nada |conta |cartao |divida |mais |debito |
    qualquer )*(?:divida|debito|conta|cartao|contrato|relacao|vinculo|pendencia|nada (?:com|pra|para)|emprestimo|
    a ver com)|e (?:minha|meu)|eh (?:minha|meu)|sou eu que devo|fui eu|foi eu|e meu ess|reconheci)
contestar_divida | never_mine | sure |
    (?:ess[ea]|est[ea]|ess[ea]s|a|o|isso|isto) ?(?:tal )?(?:{_DEBT}|ai|divida)? ?(?:\w+ )?(?:nao|num) (?:e|eh|sao|
    era|foi|pertence|me pertence|fui|existe|procede|tem cabimento|condiz|confere|bate|esta (?:cert\w+|corret\w+)|
    ta (?:cert\w+|corret\w+)) ?(?:a |de |d )?(?:minha|meu|meus|minhas|mim|eu|nada meu|verdade|essa|esse|isso)?\b|
    {_DEBT} (?:\w+ )?(?:nao e|nao eh|num e|que nao e|nao foi|nao sao) (?:minha|meu|feit\w|por mim|eu|minhas|meus)|
    (?:minha|meu) (?:\w+ )?nao (?:e|eh)(?: nao)?|devo (?:nada|nao|nenhum centavo|p\w+ nenhuma|bosta|merda)|
    nada (?:a|pra|para) (?:pagar|dever)|(?:quero|vou|vim|venho|gostaria de|desejo|preciso) (?:\w+ )?(?:contest\w+|
    question\w+|impugn\w+|discut\w+|disput\w+|reclamar d\w+ (?:valor|cobranca))|contest\w+ (?:a|o|ess\w+|est\w+|
    divida|cobranca|valor)|contestacao|impugn\w+|(?:cobranca|divida|debito|valor|negativacao|lancamento) (?:e |
    esta |ta |foi |totalmente )?(?:indevid\w+|inexistente|errad\w+|incorret\w+|ilegal|abusiv\w+|injust\w+|
    improcedente|fantasma|duplicad\w+|equivocad\w+|que nao existe|que eu nao|que nao)|nao concordo com|
    discordo d\w+
contestar_divida | fraud | sure |
    (?:clonar\w+|clonad\w+|fraudar\w*|falsific\w+|roubar\w+|furtar\w+|usaram|usar\w* indevid\w+|hacke\w+|invadi\w+|
    pegaram|perdi|vazar\w+) (?:\w+ ){{0,2}}(?:meu|meus|minha|minhas|o meu|os meus) (?:\w+ )?(?:cartao|cpf|
    documentos?|dados|nome|conta|identidade|carteira|celular|bolsa|assinatura|rg)|(?:em|no|com o|
    usando o) meu (?:nome|cpf) (?:\w+ ){{0,4}}(?:sem|nao|fraud\w+|golp\w+|falso|outr\w+|alguem)|(?:fizeram|abriram|
    compraram|contrataram|tiraram|pegaram|financiaram|usaram|alguem (?:fez|abriu|comprou|usou|pegou|contratou|
    tirou)|terceiros|golpista\w* (?:fez|fizeram|usou|abriu)|outra pessoa (?:fez|comprou|
    usou)) (?:\w+ ){{0,6}}(?:meu nome|meu cpf|meus dados|meus documentos|minha identidade|meu cartao)|
    fui (?:vitima|clonad\w+|fraudad\w+)|vitima de (?:golpe|fraude|estelionato|clonagem|roubo)|(?:foi|e|isso e|teve|
    houve|sofri|caso de) (?:uma |um )?fraude|fraude (?:no|em|com|do|n[ao]) (?:meu|minha)|clonad\w+|(?:fizeram|
    usaram|abriram) (?:\w+ ){{0,4}}(?:sem (?:eu|meu|minha)|nao fui eu)|laranja|sem (?:a )?minha (?:autorizacao|
    permissao|assinatura|ciencia)|sem (?:o )?meu (?:consentimento|conhecimento)|cai(?:mos)? (?:num|em|n[ou]|
    no) (?:\w+ )?golpe|falsidade ideologica
contestar_divida | wrong_amount | sure |
    valor(?:es)? (?:\w+ ){{0,3}}(?:errad\w+|incorret\w+|absurd\w+ (?:nao|ta)|nao (?:e ess\w|e est\w|bate|confere|
    esta cert\w|ta cert\w|procede|condiz|foi ess\w|era ess\w))|nao (?:e|eh|era|foi) (?:ess[ea]|est[ea]|tudo isso|
    tanto|isso tudo|esse o) (?:o )?(?:valor|que eu devo|tudo|montante|total|que devo|
    que combin\w+)?(?! (?:a pessoa|numero))(?=.*(?:valor|devo|divida|total|combin|contrat|cobr|compr|juros|mont|
    pag|conta))|(?:cobrando|cobraram|cobranca|cobram|esta|ta|valor|cobrado) (?:\w+ ){{0,2}}a mais|(?:conta|calculo|
    soma|juros|multa) (?:\w+ ){{0,2}}(?:errad\w+|nao bate|nao fecha|nao confere|indevid\w+|abusiv\w+)|(?:devia|
    devo|era|e|comprei|combinei|contrato e|contratei|combinado foi) (?:\w+ ){{0,4}}(?:e|mas|e voce\w*|
    porem) (?:\w+ ){{0,2}}(?:cobr\w+|querem|veio|ta vindo|esta vindo)|nao devo (?:tudo|tanto|ess[ea] (?:valor|
    tanto))|devo (?:mas )?(?:nao (?:e )?(?:isso|tudo|tanto|ess\w)|menos (?:que|do que))|juros abusivos|anatocismo
contestar_divida | not_delivered | sure |
    nunca (?:me )?(?:entreg\w+|receb\w+ (?:o produto|a mercadoria|o (?:celular|movel|sofa|aparelho)|essa mercad\w+|
    nada)|cheg\w+ (?:o|a) (?:produto|mercad\w+)|instal\w+|funcion\w+|prest\w+)|nao (?:me )?(?:entregar\w+|
    instalaram|prestaram|recebi (?:o produto|a mercadoria|a compra|os moveis|nenhum produto|a encomenda|o aparelho|
    o servico))|(?:produto|mercadoria|movel|compra|pedido|aparelho|encomenda|geladeira|sofa|celular|curso|
    servico) (?:\w+ ){{0,3}}(?:nunca (?:cheg|vei|foi)\w*|nao (?:cheg|vei|foi entreg)\w*|com defeito|estragad\w+|
    veio errad\w+|quebrad\w+|foi cancelad\w*|devolvid\w+)|(?:ja )?(?:cancelei|cancelamos|devolvi|devolvemos|
    desisti d|pedi (?:o )?cancelamento|solicitei (?:o )?cancelamento|encerrei|rescindi|tranquei|
    dei baixa n) (?:\w+ ){{0,4}}(?:{_DEBT}|curso|internet|matricula|chip|academia|produto|compra|faculdade|
    assinatura|tv|moveis|sofa|celular|geladeira|mercadoria|pacote|seguro|servico|conta|faz|ha|desde|em 0|ano|mes)|
    foi cancelad\w+
contestar_divida | prescribed | sure |
    prescri\w+|prescrev\w+|caduc\w+|(?:mais de|passou de|passaram|passou dos|tem mais de|faz mais de) (?:5|cinco|6|
    seis|7|sete|8|oito|9|10|dez|12|15|20) anos|decadencia|(?:divida|conta|isso|debito) (?:\w+ ){{0,2}}(?:velh\w+|
    antig\w+|de (?:5|6|7|8|9|10|12|15|20|cinco|dez|vinte)) (?:\w+ )?(?:nao|demais|caduc\w+|prescr\w+|ja)
contestar_divida | | maybe |
    indevid\w+|fraud\w+|errad[oa]|nao devo|{_NO} (?:comprei|fiz|tive|assinei|contratei)|no meu nome|abusiv\w+

suspeita_golpe | | sure |
    (?:e|eh|isso e|isso|nao e|sera que e|parece|ta parecendo|cheira a|cheiro de|cara de|medo de (?:ser |cair em |
    cair num )?|jeito de|so pode ser|tem cara de|acho que e|certeza que e|to achando que e|parecendo|
    suspeito que (?:seja|e)|desconfio que (?:seja|e)|pode ser|deve ser|como sei (?:que|se) (?:isso )?nao e|
    garante que nao e|isso ai e|sei nao (?:se )?) ?(?:um |mais um |uma |algum |o |de |tipo )*(?:golp\w*|fraude|
    fake|falso|falsa|mentira|cilada|furada|arapuca|armadilha|pegadinha|estelionato|virus|phishing|171|caô|cao|
    armacao|conto do vigario|trote|trambique|maracutaia|falcatrua|fria|laranjada|enganacao|picaretagem|
    falsificad\w+|boleto falso|pix falso|link falso|site falso|clonad\w+)
suspeita_golpe | | sure |
    (?:voce|voces|seus?|bando de|tu|sao|vao|ce)(?: e| sao| um bando de| um| uns)? ?(?:golpista\w*|estelionatari\w*|
    ladr\w+|bandid\w+|vigarist\w+|pilantr\w+|trambiqu\w+|picareta\w*|fraudador\w*|falsári\w*|criminos\w+|171)|
    golpist\w+|(?:boleto|pix|link|site|numero|mensagem|email|contato|perfil|conta|codigo|whatsapp|
    empresa) (?:\w+ ){{0,2}}(?:falso|falsa|fake|suspeit\w+|golpe|estranh\w+|clonad\w+|confiavel|segur[oa]|
    verdadeir\w+|e (?:seu|de voce) mesmo|oficial|autentic\w+|legitim\w+|e verdade)|(?:como|quem|onde) (?:e que |
    que )?(?:eu )?(?:posso |vou |consigo |tenho |faco pra |faco para )?(?:sei|saber|ter certeza|confirmar|garante|
    garantia|confio|confiar|acreditar|acredito|provar|prova|verifico|verificar|tenho certeza|
    me garante)(?: \w+)? (?:que |se |de que )?(?:isso |voce |voces |esse |essa |ess\w+ |este |nao |e |sao |o |
    a )*(?:golpe|verdade|real|reais|mesm\w|verdadeir\w+|confiavel|confiaveis|serio|seri[oa]s|legitim\w+|segur\w+|
    quem (?:diz|dizem|fala)|da empresa|do banco|da loja|boleto|pix|numero|link|mensagem|conta|seu|de voce|falso|
    falsa|fraude|de confianca)|(?:isso|essa mensagem|esse contato|ess[ea] (?:boleto|link|numero|cobranca|pix)|voce|
    voces|aqui|isso aqui|isso ai|esse negocio) (?:e |sao |eh |ai )?(?:mesmo )?(?:confiavel|confiaveis|segur[oa]|
    de verdade|verdade(?:ir[oa])?|golpe|serio|real|fake|autentic[oa]|legitim[oa]|de confianca|oficial)
suspeita_golpe | | sure |
    (?:nao|nem|num) (?:vou |vo |to |estou |quero |sou |irei )?(?:cair|caio|caindo|cai|clic\w+|acredit\w+|confi\w+|
    abr\w+|to confiando|sinto seguranca|trouxa|otari\w+|besta|bob\w+)(?: (?:em|n[aeo]s\w+|nisso|nessa|nesse|no|na|
    mais|voce|de|ness\w+|link\w*|em link\w*|nao|pra|para|em golpe|golpe|em voce|isso|em nada|muito|nad\w))+|
    (?:prov\w+|comprov\w+|mostr\w+|mand\w+ (?:uma )?prova\w*|
    quero (?:uma )?prova\w*) (?:\w+ ){{0,3}}(?:que (?:voce|voces|isso|e|sao|nao)|de que|da empresa|do banco|
    identidade|oficial|verdad\w+|confia\w+|nao e golpe)|(?:desconfi\w+|suspeit\w+)(?: (?:d[eoa]s?\w*|muito|que|
    desse|dessa|disso|estou|aqui|mesmo|ai|viu|demais))*|(?:tem|anda|existe|ta tendo|muito|tanto|cheio de|tanta|
    cada|vi|sofri|ja cai em|ja cai num|cai em|avis\w+ (?:de|sobre)|rolando|circulando|levei|
    escapei de) (?:\w+ ){{0,2}}golpe\w*|(?:medo|receio|com medo|insegur\w+|cismad[oa]|cabreir[oa]|ressabiad[oa]|
    pe atras|pulga atras|preocupad[oa])(?: \w+){{0,4}} (?:golpe|fraude|falso|clicar|pagar e|boleto|pix|link|virus|
    enganad\w+|orelha)|pe atras|pulga atras d\w+ orelha|cabreir[oa]|ta(?: me)? cheirando (?:mal|a)|
    esta me cheirando|cheir\w+ a golpe|(?:nome|chave|beneficiari\w+|titular|cnpj|conta|
    recebedor) (?:\w+ ){{0,4}}(?:estranh\w+|diferente|desconhecid\w+|nao (?:e|bate|confere|conheco)|outra empresa|
    pessoa fisica)|cnpj d\w+ (?:voce|empresa)|qual (?:e )?o cnpj|banco (?:me )?(?:disse|falou|
    avisou) (?:\w+ ){{0,4}}(?:golpe|fraude|nao manda|nunca)|(?:site|canal|numero|telefone|perfil|selo|
    whatsapp) oficial|(?:selo|verificad[oa]|azulzinho|certificado)\b(?=.*(?:oficial|verdade|azul|seguro|whatsapp))|
    conta de laranja|(?:vao|quer|querem|tentando|tao|estao|quer e|tenta\w*|vai) (?:\w+ )?(?:me )?(?:engan\w+|
    roubar|lograr|aplicar|passar a perna|tapear|clonar)|^(?:golpe|fraude|fake|171|cilada|furada|falso|golpe isso|
    mentira|caô)(?: isso| ai| hein| ne| puro| na certa| !| \?)*$
suspeita_golpe | | sure |
    gopi|goupe|gopista\w*|como (?:que |e que |eu |vou |posso )*(?:saber|sei|ter certeza|confi\w+) (?:que |se |em |de )*(?:sao |e |eh )?voce|
    e verdade isso|isso e verdade
suspeita_golpe | | maybe |
    golp\w*|fraude|fake|falso|falsa|confi\w+|verdade|segur[oa]|link|171|mentira|prov[ae]r?|oficial|autentic\w+|
    ladrao|ladroes|enganar|real\b

ameaca_juridica | | sure |
    (?:vou|irei|vamos|quero|pretendo|posso|vo|to|ja|ja to|estou|pode|ainda|se|te|vos|iremos|tenho que|obrigad\w+ a|
    terei que|prefiro|acabo|eu|logo) (?:\w+ ){{0,3}}(?:process\w+|abrir (?:um |uma )?(?:processo|acao|reclamacao|
    bo|b\.?o|chamado no|boletim|queixa)|entrar (?:na|com|n|no) (?:\w+ )?(?:justica|acao|processo|juizado|procon|
    advogad\w+|pequenas|ministerio|tribunal|medida\w*|recurso|reclame)|acion\w+|judicializ\w+|denunci\w+|
    meter (?:um |o |processo|na justica|no pau|advogad\w+)+|no procon|ao procon|na justica|ao procon|recorrer|
    (?:procurar|buscar|correr atras d\w+|fazer valer|atras d\w+) (?:os |dos |o |um |a |meus |meu |
    minha )*(?:meus direitos|direitos|procon|advogad\w+|justica|juiz\w*|juizado|defensor\w+|delegacia|policia|
    orgaos)|(?:registrar|fazer|prestar|lavrar|dar) (?:um |uma |queixa|a )*(?:boletim|bo\b|b o\b|queixa|denuncia|
    reclamacao (?:formal|no|na|junto|ao)|ocorrencia|representacao)|(?:botar|colocar|por|tacar|jogar|levar|arrastar|
    pegar) (?:\w+ ){{0,3}}(?:justica|procon|pau|advogad\w+|processo|tribunal|juiz|reclame aqui|delegacia)|
    reclamar (?:n|no|na|ao|com|junto) (?:\w+ )?(?:procon|banco central|bacen|reclame|consumidor|anatel|ouvidoria|
    justica|orgao\w*))
ameaca_juridica | | sure |
    procon|reclame aqui|banco central|bacen\b|consumidor gov\w*|(?:meu|minha|um|uma|o|a|nosso|com|pro|passar pro|
    falar com|chamar|contrat\w+) (?:\w+ )?advogad\w+ (?:\w+ ){{0,3}}(?:vai|ja|entrar|process\w+|esta|ta|entrou|
    cuida\w*|resolv\w+|disse|falou|fala com|orient\w+|trata\w*|mand\w+|meu|acion\w+|vao|sab\w+|pedi\w*)|(?:vou|
    ja) (?:\w+ ){{0,2}}advogad\w+|processo (?:em|n[aeo]s\w*|contra|por (?:dano|assedio|cobranca)|judicial|neles)|
    processar|process[oe]i? voce|(?:danos?|dano) mora\w+|indeniza\w+|(?:na|pra|para|a|pela|em) justica|
    justica (?:contra|neles|ne|resolv\w+)|judicialmente|(?:pequenas causas|juizado|tribunal|ministerio publico|
    defensoria|delegacia|delegado|policia federal|oab|anatel|idec|senacon|promotor\w*)|(?:cham\w+|liga\w*|acion\w+|
    caso de) (?:a |pra |para )?policia|policia (?:contra|em cima|atras)|(?:fazer|lavrar|registrar) (?:um |
    uma )?(?:bo\b|b o\b|b\.o|boletim d\w+|boletim|denuncia|queixa|ocorrencia)|(?:isso|cobranc\w+|voce\w*|me cobrar|
    e|cobrar) (?:\w+ ){{0,5}}(?:e crime|eh crime|da processo|da cadeia|assedio|constrangimento ilegal|contra a lei|
    ilegal|viola\w*|fere|infring\w+|coacao)|codigo de defesa|cdc\b|artigo 42|art 42|lei do consumidor|(?:meus|seus|
    nossos) direitos (?:como|de) consumidor|(?:vao|vai|voce\w*|iremos|a gente) (?:\w+ )?(?:se ver|se vê|se ve|
    responder|nos vemos|se entender|conversar|se encontr\w+|ouvir|receber) (?:\w+ ){{0,2}}(?:justica|juiz|tribunal|
    judicial\w*|processo|advogad\w+|intimacao|notificac\w+ (?:extra)?judicial)|nos vemos n\w+ (?:tribunal|justica|
    audiencia|forum)|(?:medidas?|providencias?|vias?|esfera|meios) (?:legais|judicia\w+|cabive\w+|juridic\w+)|
    notificacao extrajudicial|liminar|meu juridico|orgaos? competentes?|te vejo no tribunal|reclameaqui
ameaca_juridica | | maybe |
    process\w+|advogad\w+|justica|policia|denunci\w+|direitos|ouvidoria|juiz\b|judicial\w*|crime|lei\b|assedio|
    reclame

falar_com_humano | | sure |
    (?:quero|queria|gostaria|preciso|prefiro|posso|tem como|da para|pode|poderia|consigo|exijo|deixa eu|me deixa|
    necessito|bora|eu|favor|como faco para|como faco pra|como|so|vou|quer|desejo|solicito|mandar|quero e|
    insisto em) (?:\w+ ){{0,4}}(?:falar|conversar|fala|tratar|resolver|negociar|contato|atendid[oa]|atendimento|
    explicar|chamar|chama|passar|papo|me entender|transferir|acertar|ligar|ouvir|discutir|
    atenda)(?: \w+){{0,4}} (?:atendent\w+|human\w+|pessoas?|alguem|gente|operador\w*|consultor\w*|gerent\w+|
    supervis\w+|ser human\w+|funcionari\w+|encarregad\w+|responsavel|cristao|moca|moco|de carne|carne e osso|
    telefone|ligacao|voz|viva voz|chefe|superior|coordenador\w*|negociador\w*|especialista|setor|central|suporte|
    ouvidoria|sac\b|assessor\w*|atendimento)
falar_com_humano | | sure |
    (?:cham\w+|transfer\w+|pass\w+|encaminh\w+|direcion\w+|conect\w+|cade|coloc\w+|bot\w+|bota|me da|me ve|
    arrum\w+|mand\w+|poe|ponha|traz|solicito|quero|queria|preciso|precisava|por favor|pfv|exijo|me|tem|
    tem algum\w*|nao tem|existe|kd|um|uma|so|atendimento|ser|aciona\w*|libera\w*|disponibiliz\w+) (?:me |eu |ai |
    logo |ja |um |uma |o |a |de |do |para |pro |com |por |favor |algum |alguma |na linha |seu |sua |no |que |se |
    nenhum |outro |outra |verdade |d )*(?:atendente\w*|atendimento (?:humano|pessoal|presencial|com|por)|humano\b|
    humana\b|pessoa (?:de verdade|real|humana|d verdade|fisica|de carne|que|mesmo|pra|para)|alguem (?:de verdade|
    real|humano|pra|para|que|a[ií]|dai|do|da|com|por|me)|gente (?:de verdade|real|pra|para|mesmo|de carne|do|que)|
    operador\w*|consultor\w*|gerente|supervis\w+|ser humano|funcionari\w+|carne e osso|cristao|seu superior|
    coordenador\w*|ouvidoria)
falar_com_humano | | sure |
    ^(?:atendente\w*|humano|humana|pessoa|gente|alguem|operador\w*|gerente|supervisor\w*|atendimento|
    falar com (?:atendente|humano|alguem|pessoa|gente)|ser humano|pessoa real|consultor\w*|um humano|um atendente|
    uma pessoa|suporte|ouvidoria|sac)(?: por favor| ja| agora| !| \?| urgente| real| humano| de verdade)*$|(?:nao|
    num|nem|odeio|detesto|cansei de|cansad[oa] de|chega de|sem) (?:quero |gosto d\w |vou |consigo |sei |falo |
    to a fim de |aguento |mais |adianta |da para |suporto |de |me entendo )*(?:mais |nao |)*(?:falar |conversar |
    tratar |perder tempo |resolver |negociar |discutir |papo )?(?:com |de |d)?(?:esse |essa |um |uma |o |
    a )?(?:robo\w*|maquina\w*|bot\b|gravac\w+|computador\w*|inteligencia artificial|ia\b|assistente virtual|
    sistema|automatic\w+)|(?:me )?(?:lig\w+|telefon\w+|retorn\w+)(?: (?:para|pra))?(?: (?:mim|eu|
    me))? (?:por favor|agora|hoje|amanha|que eu|pra|para|no meu|no|as|a tarde|de manha|urgente|nesse|ai|depois das|
    la pelas|aqui)(?! (?:nao|so))(?=.*(?:conversar|falar|explicar|resolver|negociar|combinar|$))|alguem (?:pode |
    poderia |vai |consegue |tem como |ai |dai |para )*(?:me )?(?:lig\w+|atend\w+|respond\w+|ajudar|falar comigo|
    telefonar)|tem alguem (?:ai|de verdade|que|pra|para|real|atendendo)|(?:telefone|numero|fone|0800|sac|
    contato) (?:\w+ )?(?:pra|para|de|do|da|que eu|onde eu|d) (?:\w+ ){{0,2}}(?:falar|ligar|atend\w+|conversar|
    central|voce|ouvidoria|suporte|escritorio)|atendimento humano|(?:transfer\w+|passa\w*|encaminh\w+) (?:me |
    a ligacao |logo |pra |para |pro |o |a |um |uma |meu caso |outro |outra )+(?:setor|atend\w+|alguem|pessoa|
    gerencia|responsavel|humano|outro|gente)|(?:voce |isso |ce )?nao (?:resolve|me entende|
    entende (?:nada)?)(?: \w+){{0,4}} (?:atendent\w+|pessoa|humano|gente|alguem)|falar (?:com|cm) (?:um |uma |o |
    a |seu |algum |alguma |sua |outr\w )*(?:atendent\w+|human\w+|pessoa|alguem|gente|gerente|supervis\w+|
    operador\w*|consultor\w*|responsavel|funcionari\w+|moca|moco|chefe|superior|encarregad\w+)
falar_com_humano | | maybe |
    atendent\w*|human\w+|pessoa|alguem|robo\w*|gerente|supervis\w+|operador\w*|funcionari\w+|me lig\w+|telefone|
    ouvidoria|consultor\w*
vulnerabilidade | self_harm | sure |
    (?:dormi|dormir|deitar) e (?:nao|nunca) (?:mais )?acord\w+|acabar com (?:o )?(?:meu|esse) sofrimento|
    tomei (?:um monte|uns|varios|todos|veneno|a cartela|
    chumbinho)(?: de| os)?(?: meus)?(?: comprimido\w*| remedio\w*)?|comprei (?:veneno|uma corda|chumbinho)|
    mort[oa] (?:eu )?(?:valho|vale) mais|valho mais mort[oa]|(?:vao|vai|voce vao|voce vai) me (?:achar|
    encontrar) mort[oa]|vontade de viver (?:\w+ ){{0,3}}(?:nao|acabou|nenhuma|zero)|(?:hoje|
    agora) eu acabo com (?:isso|tudo)|cansei de lutar|ninguem (?:mais )?precisa (?:mais )?de mim|
    ninguem ia sentir (?:a )?(?:minha )?falta|dar cabo (?:de mim|da minha vida|na vida)|(?:com|to com) a (?:faca|
    corda|arma) na mao|sumir (?:seria|era|e) (?:o )?melhor|penso em pular|olho (?:pro|pra|para o|para a) (?:rio|
    ponte|janela|corda)|indo pelo mesmo caminho|faco uma (?:loucura|besteira) comigo|fazer uma loucura comigo|
    faco uma besteira|eu me mato|me penduro|estourar (?:os|meus) miolos|meter uma bala|nao (?:quero|
    vou) (?:mais )?estar aqui amanha|me despedir de (?:todos|todo mundo)|nao tenho mais (?:porque|motivo para|
    razao para) viver|queria nao (?:existir|acordar|ter nascido)
vulnerabilidade | self_harm | sure |
    (?:sem|perdi a|perdeu a|nem tenho|nao (?:tenho|sinto)|acabou a)(?: mais)? (?:vontade|animo|forcas?|gosto)(?: (?!de abrir\b)\w+){{0,4}} respirar|
    (?:penso|pensei|pensando|vontade) (?:em|de) (?:(?:nao|nunca) (?:mais )?voltar (?:mais )?(?:para|pra) casa (?:nunca|mais)|nunca mais voltar)\w*
vulnerabilidade | self_harm | sure |
    se eu nao (?:tivesse|estivesse|estiver) mais aqui|(?:quase|quando eu|se eu|ate eu|depois que eu|ja|ainda|so falta eu|capaz de eu) (?:\w+ ){{0,2}}(?:fiz|fizer|faco|fazer|cometi|cometer|
    cometo) (?:uma |alguma )?(?:besteira|loucura)(?! (?:n[ao]|de|com (?:o|a)|com meu (?:dinheiro|cartao)|gast))
vulnerabilidade | illness | sure |
    (?:descobriu|descobrimos|diagnosticaram|pegou|deu|trata|contraiu|perdeu (?:a|o|um|uma)) (?:\w+ ){{0,2}}(?:cancer\w*|leucemia|tumor\w*|avc|
    infarto|esclerose|aids|hiv|lupus|cirrose|metastase|meningite|perna|braco|visao|rim|tuberculose|dengue hemorragica)|leucemia|meningite|
    metastase|paraplegic\w+|tetraplegic\w+|esclerose multipla|doenca (?:rara|degenerativa|autoimune|terminal)
nao_sou_a_pessoa | wrong_number | sure |
    (?P<who>[a-z]{{3,}}) (?:\? )+(?:que|quem e|nao tem|nao conheco|nunca ouvi falar de) (?:esse |essa |nenhum |nenhuma )?(?P=who)|
    confund\w+ (?:voce )?(?:de |com |a )*(?:gente|pessoa|numero|outr[oa]|alguem)|(?:mand\w+|cobr\w+|lig\w+) (?:\w+ ){{0,3}}d[oa]s? (?:meu|minha)
     {_REL} (?:para|pra) (?:mim|meu|minha)
contestar_divida | never_mine | sure |
    nao (?:tenho|consta|tem|existe|ha|vejo|aparece)(?: \w+)? (?:nada|nenhum\w+(?: \w+)?) (?:pendente|em aberto|atrasad[oa]|vencid[oa]|
    no meu (?:nome|cpf))|todo mundo (?:\w+ )?menos eu|(?:nunca|em nenhum momento|em momento algum|jamais) (?:eu )?(?:concordei|aceitei|
    assinei|contratei|pedi|autorizei|solicitei)
contestar_divida | wrong_amount | sure |
    (?:parcela|valor|divida|conta|mensalidade|fatura|prestacao)(?: \w+){{0,3}} nao (?:e|eh|era|foi|sao|eram) (?:de |so |reais )*\d
contestar_divida | fraud | sure |
    (?:me )?(?:obrig(?:ou|ava|aram|ada|ado|ando)|forc(?:ou|aram|ada|ado|ando)|coag(?:iu|ida|ido))(?: (?:eu|a|me))* (?:faz\w+|assin\w+|tirar|peg\w+|compr\w+|contrat\w+|financ\w+)|
    (?:fez|fizeram|tirou|tiraram|pegou|pegaram|contratou)(?: \w+){{0,2}} (?:emprestimo|cartao|divida|compra|financiamento|crediario)\w*(?: \w+){{0,4}}
     (?:(?:me )?(?:obrig|forc)(?:ou|ando|aram|ada|ado)|a forca|na marra|me ameac\w+|contra (?:a )?minha vontade)
ameaca_juridica | | sure |
    (?:prefiro|melhor|antes|mais facil) (?:eu )?(?:\w+ )?(?:pagar|gastar|dar dinheiro|contratar|pag[oa])(?: (?:com|pro|para|a|o|um|bom|meu|uma))* advogad\w+
suspeita_golpe | | sure |
    (?:banco(?: agora)?|(?:banco|financeira|loja|empresa) agora) (?:mand|fal|cobr|cham)\w+(?: (?:por|pelo|no|de|mensagem|em))* (?:whatsapp|mensagem|sms)
     (?:agora |e |ne |desde quando )*\?|desde quando (?:\w+ ){{0,2}}(?:banco|loja|empresa|financeira|cobranca) \w+(?: \w+){{0,2}} (?:whatsapp|mensagem|sms)|
    (?:banco|loja|empresa|financeira)(?: \w+)? nao (?:mand|cobr|fal|cham)\w+(?: (?:assim|por|pelo|no|mensagem|com))* (?:whatsapp|mensagem|sms|assim|desse jeito)
suspeita_golpe | | sure |
    (?:tent\w+|procur\w+|vai|engan\w+|acha\w*|passa)(?: \w+){{0,4}} outr[oa] (?:trouxa|otari\w+|besta|bob\w+|vitima|pato|mane|burr\w+)|
    (?:quais|qual|fala|diz|me diz|diga|informa)(?: \w+){{0,4}} digitos do meu (?:cpf|documento)|(?:trouxa|otari\w+|pato) (?:aqui )?nao
falar_com_humano | | sure |
    (?:algum|alguma|um|uma|qual|quais) atendente\w* (?:disponivel|livre|online|ai|de plantao)|telefone (?:para|de) contato|
    (?:em|na|de) libras|interprete|nao (?:vou|quero|consigo|gosto de) (?:escrever|digitar|falar|contar)(?: \w+){{0,3}} (?:computador|robo|maquina)|
    (?:falar|conversar|tratar|negociar|resolver)(?: \w+){{0,2}} com quem (?:tem|tiver|tenha|pode|possa|decide|manda|resolve|entende)
ameaca_juridica | | sure |
    (?:busc|procur|exig|correr atras d|atras d|lutar pel|cobrar)\w* (?:os |dos )?meus? direitos?|jurisprudencia|lei \d+|
    (?:deixa que |pro |o |um )juiz (?:decid\w+|resolv\w+|vai)|(?:passei|mandei|encaminhei|entreguei|levei|ta)(?: \w+){{0,3}} juridico|
    (?:meu|minha) (?:filho|filha|pai|mae|tio|tia|irmao|irma|primo|prima|cunhado|cunhada|genro|sobrinho|sobrinha|marido|esposa) (?:e|eh|tambem e)
     (?:juiz\w*|promotor\w*|delegad\w+|desembargador\w*|advogad\w+)|(?:lig\w+|fal\w+|mand\w+|contat\w+|procur\w+) (?:\w+ ){{0,3}}(?:pro|para o|para a|com o|com a|ao|a) (?:\w+ )?
    advogad\w+|(?:ganhei|tirei|levei)(?: \w+){{0,4}} (?:da|do) (?:vivo|claro|tim|oi|banco|itau|bradesco|santander|caixa|casas|magazine|net)
vulnerabilidade | illness | sure |
    incubadora|prematur\w+|gravida de risco|perdeu o (?:nene|bebe)|perdi o (?:nene|bebe)|tava gravida e perdi|
    sonda\b|laringe|dialise|esfaquead\w+|balead\w+|atropelad\w+|(?:sou|estou|ficou|fiquei) (?:sur[dn][oa]|muda|
    ceg[oa]|paralitic[oa])|diagnostico (?:ontem|hoje|de|terminal)|surd[oa]|(?:tenho|com) (?:7|8|
    9)\d anos (?:\w+ ){{0,6}}(?:sozinh\w+|nao entendo|nao sei|doente|viuv\w+|confus\w+)|pe diabetico|convuls\w+|
    epilep\w+|pneumonia|perdi a memoria|esquizofren\w+
vulnerabilidade | bereavement | sure |
    (?:meu|minha|meus|nosso|nossa) (?:\w+ )?{_REL} (?:\w+ ){{0,2}}(?:se matou|foi assassinad\w+|se suicid\w+|
    foi mort\w+|se enforcou)|(?:mataram|assassinaram|enterrei|enterramos|perdi) (?:o |a )?(?:meu|minha|meus|
    nosso)(?: \w+)? (?:menin[oa]|filh[oa]|irmao|irma|marido|esposa|mae|pai|neto|neta|nene|bebe)
vulnerabilidade | disaster | sure |
    (?:rio|agua|mare|lama|barranco) (?:\w+ )?(?:subiu|entrou|desceu|cobriu|veio)|to no ginasio|levou tudo|
    barraco caiu|casa caiu (?:com|na|pela)
vulnerabilidade | violence | sure |
    tentou me matar|escondid[oa] (?:na casa|dele|em)|fugid[oa] de casa|to fugid[oa]|abus(?:ou|a|ava) d\w+|
    me prende em casa|quebrou meu (?:celular|braco|nariz|rosto)
vulnerabilidade | hunger | sure |
    nao com(?:o|emos|i|eram|e) (?:nada |ha |faz |desde |hoje |direito )+|sem comer|sem comida|comendo na igreja|
    nao tenho onde (?:dormir|morar|ficar)|so toma agua|dispensa vazia|geladeira vazia|faltando (?:comida|leite|
    fralda)|sem (?:gas e|luz e) |morador\w* de rua
vulnerabilidade | violence | sure |
    (?:ele|ela|marido|ex|companheir[oa]|namorad[oa]|pai|filho|irmao|padrasto|vizinho|traficante\w*|bandido\w*) (?:\w+ ){{0,2}}me ameaca\w*|
    me ameac\w+ de (?:morte|matar|bater)
vulnerabilidade | violence | maybe | agiota\w*|me ameac\w+
parar_mensagens | | sure |
    (?:entao|pois|ta|logo) (?:sair|stop|parem)$|mensag\w+ (?:\w+ )?(?:acabem|parem|cessem|sumam|terminem)|quero (?:e )?que (?:\w+ ){{0,3}}
    (?:acabem|parem|cessem)(?! (?:os juros|de cobrar juros))|(?:disse|falei) (?:que )?(?:para |e para )?(?:pare|parem|parar)$|
    as de voce (?:\w+ )?nao quero
parar_mensagens | | sure |
    nao (?:quero|desejo|aceito|aguento|suporto|vou tolerar|vou mais tolerar)(?: \w+){{0,3}} (?:mensag\w+|msg|
    conversa com voce|comunicac\w+|contato de|contato)|(?:desejo|quero|prefiro|peco para|peco|solicito|
    exijo) (?:\w+ )?nao (?:mais )?(?:ser |se |me )?(?:receber|contatad\w+|mand\w+|envi\w+|lig\w+|incomod\w+|
    perturb\w+)|{_NO} (?:mais )?(?:entr\w+|me escrev\w+|escrev\w+|
    insist\w+)(?: mais)?(?: em| com| mais)*(?: contato\w*)?|abstenh\w+|(?:parar|para|parem|pare) (?:de|
    com) (?:\w+ ){{0,3}}(?:mand\w+|flood\w+|atazan\w+|enche\w*|ench\w+|lig\w+|audio\w*|isso|mensag\w+|inferniz\w+|
    spam\w*|atent\w+|cham\w+|pertur\w+)|(?:sai|saia|sair) (?:fora|do meu|daqui|da minha)|^(?:some(?! (?:o|a|os|as|tudo|do|da|quando|isso|mais)\b)|vaza|paro|parou(?! de (?:func|receb|cheg|abr|carreg|ger|entr))|
    sumam|rala|stop msg|desinscrever|chega(?! (?:de (?:juros?|multa|divida|conta|boleto|atraso|dever)|amanha|hoje|dia|quando|ate|na|no|em|
    segunda|terca|quarta|quinta|sexta|sabado|o|a|meu|minha|um|uma|boleto|pix|que)\b))\b|(?:ou )?voce par\w+ ou|troc(?:o|ar) (?:de|o) (?:chip|numero) se|
    se voce nao pararem|(?:quero|me|so) (?:\w+ )?(?:sair|sai|saio) d[aeo]\w* (?:\w+ ){{0,2}}(?:lista|grupo|
    cadastro de)|me (?:remov\w+|tirar|larg\w+|deslig\w+) ?(?:dai|disso|da|$|por favor|logo|ja)?|me removam|
    (?:cancel\w+|cancelamento) (?:\w+ ){{0,3}}(?:inscric\w+|envio|mensag\w+|comunicac\w+|notific\w+|sms)|
    oposicao ao recebimento|quero silencio|me largue\w*|larguem de mim|desliga isso|nao sou obrigad\w+ a receber|
    nada de mensag\w+|sem (?:mais )?mensag\w+|apaga eu d\w+|nao precisa (?:\w+ ){{0,3}}(?:mandando|mandar todo|
    me lembrar|mandar mais)|ench\w+ (?:o |meu |a )?(?:saco|paciencia|demais|whatsapp|caixa)|perturbacao do sossego|
    todo santo dia
nao_sou_a_pessoa | relative | sure |
    (?:sou|eu sou|aqui e|quem fala e|quem ta falando e|quem ta com o telefone e|quem ta aqui e|e) (?:so |
    apenas )?(?:o |a |um |uma )(?:{_REL}|porteir\w+|sindic\w+|recepcionista|empregad\w+|faxineir\w+|diarista|
    caseir\w+|bab[ao]|moc[oa] d|inquilin\w+|funcionari\w+ d|secretari\w+|cuidador\w+|enfermeir\w+|dono d|dona d|
    gerente d|zelador\w*|vigia)(?: d\w+)?|(?:celular|whatsapp|telefone|numero|linha) (?:e |eh )?d[aeo]s? (?:uma |
    um |minha |meu )?(?:empresa|firma|clinica|loja|escola|igreja|trabalho|comercio|condominio|portaria|restaurante|
    salao|oficina|escritorio|hospital|farmacia|padaria|lanchonete|recepcao|consultorio)|(?:esqueceu|
    deixou) o (?:celular|telefone|whatsapp)|{_REL} (?:\w+ )?(?:esqueceu|responde depois|que (?:resolve|deve|fez|
    tinha|usa|sabe)|nao tem (?:mais )?condic\w+)|(?:passou|deu|colocou|botou|pos|usou|usava|emprestei|cadastrou|
    informou|deixou) (?:\w+ )?meu (?:numero|telefone|contato|celular|whatsapp|zap)|referencia|(?:cuido|resolvo|
    trato) (?:d[aeo]s? )(?:coisas|contas|dinheiro|assuntos)|e meu ex\b|(?:isso|essa|e) (?:e )?com (?:meu|
    minha) (?:ex|{_REL})|quem voce procura|saiu da(?:qui| empresa| firma)
nao_sou_a_pessoa | wrong_number | sure |
    err(?:aram|ou|ei|aste) (?:de |o |a |do )?(?:pessoa|numero|contato|gente|cliente)|(?:liga\w*|procur\w+|fala|
    falar|cobr\w+) (?:com |para |pra |a )?(?:a |o )?(?:pessoa|numero|quem) (?:certa|certo|cert\w+|errad\w+|deve)|
    nao (?:e|era|foi) (?:comigo|para mim|pra mim)|nao me chamo|wrong (?:number|person)|(?:nunca|nao) (?:morou|mora|
    trabalhou|trabalha|existe|viveu|vive) (?:mais )?(?:aqui|nesse|neste|nessa)|nao (?:existe|tem) (?:essa|esse|
    nenhum\w*) |(?:um|uma) tal (?:de |d |que )|(?:tinha|usava|antes|era d\w+|dono d\w+) (?:\w+ )?(?:esse|ess[ae]|
    este|o) (?:chip|numero|linha)|conheco nao|conheco (?:essa|esse|ess\w) (?:pessoa|criatura|cidada\w*|nome) nao|
    la conheco|nao (?:e|eh) eu(?: nao)?\b|nao (?:e|sou) (?:o|a) (?:titular|devedor\w*|dono|dona|cliente|pessoa|
    responsavel)|que (?:joao|jose|maria|pessoa|fulan\w) (?:e|o) (?:ess|que|quem)|seu cliente (?:\w+ )?nao
nao_sou_a_pessoa | relative | sure |
    (?:meu|minha) {_REL} (?:e |eh )?(?:que |q |quem )?(?:e|eh) (?:a|o) (?:don[oa]|titular|responsavel|devedor\w*)\b
nao_sou_a_pessoa | minor | sure |
    (?:tenho|fiz|so tenho) (?:so |apenas )?(?:[5-9]|1[0-7])(?: anos)?(?: ,| esse| mano| moc[oa]|
    $| nao| so| e esse)|meu filho (?:so )?tem (?:\d|1[0-7]) anos|(?:minha mae|meu pai) (?:saiu|nao esta|
    ta trabalhando|que usa|comprou (?:esse|o) (?:celular|chip) (?:pra|para) mim)
nao_sou_a_pessoa | deceased | sure |
    obito|cemiterio|el[ea] partiu|ja (?:se foi|partiu)|partiu (?:ano|mes|faz|ha|em|dia|no)|enterrad[oa]|
    nao ta mais vivo|morto nao paga|cobra\w* no cemiterio|certidao de obito|passou dess[ae] (?:para|pra)
contestar_divida | never_mine | sure |
    (?:prova|prove|provem|comprov\w+|mostr\w+|quero ver|exijo|cade|apresent\w+|
    me manda) (?:\w+ ){{0,3}}(?:que (?:eu )?devo|dessa divida|da divida|desse debito|contrato (?:assinado|que)|
    (?:minha )?assinatura)|inventaram|(?:isso|essa) (?:ai )?(?:eu )?(?:nao|num) (?:assumo|aceito|pago|reconheco|
    devo)|nao to devendo|nao estou devendo|assin\w+ nada nao|fiz (?:essa|isso|nada|compra) nao|comprei (?:nada|
    isso|ness\w+|essa|ai) ?(?:\w+ )?nao|devo (?:\w+ )?nao\b|homonimo|nao (?:e|eh) responsabilidade minha|
    nao sou (?:responsavel|fiador\w*|avalista|devedor\w*|eu que devo)|reconheco so|so reconheco|ninguem (?:fez|
    assinou|pediu|comprou)|abrir (?:uma )?disputa|^contest\w+$|(?:quem deve e|voce\w* (?:e )?que me devem?)|
    era so adicional|ja (?:provei|ganhei|contestei)|ganhei na justica|processo (?:na justica )?sobre essa divida|
    cnpj (?:foi )?baixado|empresa (?:foi )?(?:fechada|baixada|encerrada)|seguro sem (?:me|eu)|(?:tarifa|taxa|
    seguro|multa) (?:\w+ ){{0,4}}(?:nao (?:tava|estava|contratei|pedi|aceito|autorizei)|sem (?:me|eu)|
    ninguem me avis\w+)
contestar_divida | wrong_amount | sure |
    cobr\w+ (?:mais (?:d\w+ )?que|duas vezes a mesma|em dobro|12 parcelas|parcela\w* a mais|dobrado|coisa a mais|
    taxa que|juros que nao)|(?:devo|sao|eram|faltam) (?:so |apenas )?(?:\d+|duas|tres|uma|dois|
    quatro) (?:parcelas?|prestac\w+) (?:e )?nao (?:\d+|duas|tres|quatro|cinco|seis)|nao e tudo isso|juros (?:e |
    sao |esse |esses )?(?:ilegal|ilegais|abusiv\w+|extorsiv\w+)|sendo que (?:eu )?(?:comprei|contratei|fechei|
    combinei)
contestar_divida | not_delivered | sure |
    tranquei|nao cheguei a (?:frequentar|usar|receber|fazer)|nem fui n|nao teve aula|(?:loja|empresa|escola|
    academia|faculdade|curso) (?:\w+ )?(?:fechou|faliu|sumiu|encerrou)|servico que (?:eu )?(?:ja )?cancelei|
    (?:ja )?(?:tinha |havia )?cancelad[oa] (?:faz|ha|na|em|desde|isso)|(?:ja )?(?:tinha|havia) cancelado|
    que eu (?:ja )?(?:cancelei|contestei|devolvi)|contrato (?:\w+ )?(?:foi )?(?:encerrado|rescindido|cancelado)
contestar_divida | prescribed | sure |
    (?:e|isso e|divida|de|desde) (?:de |d[ao] )?(?:19[89]\d|200\d|201[0-8])\b(?=.*(?:nao|podem|cobrar|caduc|prescr|
    vale|ainda))|faz tempo isso
contestar_divida | fraud | sure |
    (?:com|usou|usando) (?:os )?meus documentos|usou meu cpf|com meu (?:cpf|nome)|clonou|
    b\.?o\.? (?:d\w+ )?(?:fraude|roubo|clon\w+|documento\w*)|todo mundo ta com emprestimo|pegando documento
suspeita_golpe | | sure |
    (?:para que|por que|porque|pra que|o que voce vao fazer com|e obrigad\w+ (?:a )?(?:passar|dar|informar)|
    medo de (?:passar|dar|informar)|tenho que passar|perigos\w+|nao (?:passo|vou passar|dou|vou dar|informo|mando|
    falo|digo|forneco)|inseguro\w* (?:passar|dar)|receio de) (?:\w+ ){{0,6}}(?:meu cpf|cpf|meus dados|tantos dados|
    dados|minha data de nascimento|data de nascimento|meus documentos|senha)(?! d\w+ serasa)|passar (?:o |
    meu )?(?:cpf|dados) (?:\w+ ){{0,3}}(?:perigos\w+|arriscad\w+|segur\w+|estranho)|se pass(?:ou|aram|ando|a) por|
    (?:conto do vigario|fraldulent\w+|fraudulent\w+|scam|trapaca|boa tentativa|estelion\w+|^bandid\w+|roubar|
    e estranho|estranho (?:voce|voces|pedir|isso)|ta estranho|esquisit\w+|duvidos\w+|nao (?:me )?convenc\w+|
    sei nao hein|papo de golpista|caloteiros disfarcados)|(?:perfil|conta|numero|
    whatsapp) (?:\w+ )?(?:verificad\w+|marcado como spam)|clonaram (?:\w+ )?(?:whatsapp|numero) de voce|
    comprov\w+ (?:a )?(?:veracidade|autenticidade|identidade|vinculo)|(?:e |sao |eh )?de voce(?:s)? mesm\w+|
    pedi(?:ram|u|ndo|em|r) (?:\w+ )?(?:senha|token|codigo (?:por|do|que chegou)|adiantad\w+|pix na conta|
    deposito antecipad\w+)|voce pedem (?:senha|codigo)|(?:duas mensagens|outro boleto|outro numero|
    numero diferente|numeros diferentes|outro cnpj|cnpj diferente|nome diferente|ddd (?:de|e)|banco diferente|
    outro banco|numero desconhecid\w+)|dizendo (?:ser|que (?:e|era|eram|sao|eramos)) (?:de )?voce|em nome de voce|
    mandou (?:eu )?tomar cuidado|tomar cuidado com|qual (?:e )?a certa|na conta dele|nao sei se (?:acredito|confio|
    devo confiar|posso confiar)
suspeita_golpe | | maybe | estranh\w+|tem certeza|por que (?:\w+ )?(?:cpf|dados)|cpf|verificad\w+|medo
ameaca_juridica | | sure |
    em juizo|(?:bot\w+|met\w+|coloc\w+|joga\w*) (?:\w+ )?no pau|citacao|entro com (?:\w+ )?(?:acao|processo|
    liminar|recurso|mandado)|ganhei uma acao|serv\w+ de prova|(?:tenho|guard\w+) (?:\w+ )?(?:print|gravac\w+|
    prova\w*|testemunh\w+)(?=.*(?:justica|forum|process|juiz|advog|prova|testemun))|(?:no|pro|pra|para o|
    ao) (?:forum|jec|juizado|ministerio publico|tribunal)|forum\b|(?:fazer|abrir|registrar|faco|abro|
    registro) (?:um |o |uma )?(?:b ?\.? ?o\b|boletim)|perturbacao do sossego|imprensa|reportagem|(?:vou|
    vo) postar (?:n|em)|expor voce|advogado (?:meu|amigo|da familia)|meu advogado|minha advogad\w
falar_com_humano | | sure |
    (?:me )?transfir\w+|^(?:transferir|me transfer\w+|transfere|humano|gente|atendente)|0800|0000|ramal|quem manda|
    tem (?:uma |um |algum\w* )?(?:moca|moco|pessoa|gente|alguem|criatura|especialista|vivente|responsavel|
    humano)(?: viv\w+)? ?(?:ai|aqui|para|pra|que|de verdade|conversar)*|(?:me )?(?:passa\w*|chama\w*|cham\w+|
    liga\w*) (?:para |pra |pro |o |a |um |uma |seu |com |gente|quem|ni|em|mim)+(?:vivente|chefe|superior|gente|
    quem (?:tem|pode|manda|resolve)|moca|moco|gerente|supervisor\w*|responsavel|povo|[a-z]+ que me atendeu)|
    (?:ninguem|num tem ninguem|nao tem ninguem|tem ninguem) (?:\w+ ){{0,2}}(?:atend\w+|ai|conversar|responde|
    fala comigo)|(?:so )?(?:resolvo|negocio|trato|falo|converso|acerto) (?:\w+ ){{0,3}}com (?:gente|pessoa|humano|
    alguem|ser)|quero (?:gente|pessoa|um responsavel|o responsavel)|gente (?:,|quero)|criatura viva|(?:que|
    quem) me atendeu|(?:que|quem) (?:tava|estava) falando comigo|talk to|speak (?:with|to)|human|agent\b|(?:falar|
    conversar|resolver|tratar|ir ai|atend\w+) (?:\w+ )?(?:pessoalmente|presencial\w*)|loja fisica|
    onde fica o escritorio|endereco (?:do|da|de) (?:escritorio|loja|voce)|contato telefonico|
    representante da empresa|seus? colaborador\w+|(?:um|uma|algum) especialista|cade o povo|precisa de gente|
    o responsavel (?:pelo|pela|do|da)|com quem (?:eu )?(?:falo|trato|resolvo)|horario de atendimento|
    ligue para mim|liga ni mim|liga pra mim|ligar para mim
"""

# What turns a label round, whatever else is said: where one of these is found, the label's sure signals inside it do not count.
_TURNED = r"""
parar_mensagens |
    (?:da|dar|das|tem como|como|jeito|jeitos|meio|bom|melhor|facil|dificil|serve|consegue|consegui|autoriz\w+|permiss\w+|dia|hora|horario|
    telefone|numero|celular|email|whatsapp|endereco|contato|canal|link|codigo|opcao|botao|boleto|pix|fatura|conta|vou|posso|pode|podem|quero|queria|
    preciso|favor|nada|isso|tempo|demora\w*|prazo) para (?:me |te |lhe |voce |voces |eu )?(?:mand|envi|lig|cham|fal|contat|escrev|avis|receb|contato|procur)\w*(?! mais\b)|
    (?:me |eu )?(?:tir|sai|saia|sair|volt)\w* (?:d?esse|d?essa|d?este|d?esta|da|do|desta|deste) (?:tela|menu|opcao|opcoes|pagina|parte|pergunta|etapa|plano|parcelamento|vermelho)
parar_mensagens |
    (?:nao|nem|num|jamais) (?:quero|precisa\w*|e (?:para|pra)|to (?:pedindo|dizendo|falando)|estou (?:pedindo|
    dizendo|falando)|disse|falei|pedi|mandei|gostaria|estou querendo) (?:\w+ ){0,3}(?:parar|parem|pare|sair|
    bloque\w+|descadastr\w+|remov\w+|cancelar|deixar de receber|que pare\w*|tirar|silenciar)
parar_mensagens |
    (?:nao|nem|nunca|jamais) (?:vou|irei|quero|vamos|pretendo|pedi|pedimos|mandei|falei|disse|cheguei a|ia|era|e|to|
    estou|precisa\w*|posso)(?: (?:para|que|pra|te|me|a|voce|eu|querendo|pedindo|falando|dizendo|mandando|ter|de))*
     (?:parar|parem|pare|par(?:a|am) de|sair|sai|stop|bloque\w+|descadastr\w+|remov\w+|cancelar|cancelado|saido|parado|
    silenci\w+|deixar de receber|denunciar)
parar_mensagens |
    (?:nao|nunca|jamais|nem) (?:pare|parem|deix(?:e|em|a|ar)) de (?:me )?(?:avis|mand|envi|lembr|lig|fal|dar|cham|inform)\w+|
    (?:nao|nunca) bloque(?:ei|io)|(?:nao|nem) (?:saio|vou sair)|(?:nao|nem) me (?:bloque\w+|exclu\w+|remov\w+|descadastr\w+|tir\w+)|
    (?:sair|sai|stop|parar|cancel\w+|bloque\w+|descadastr\w+) (?:\w+ ){0,2}(?:sem querer|por engano|por acidente)|
    (?:sem querer|por engano|engano meu) (?:\w+ ){0,3}(?:sair|sai|stop|parar|cancel\w+|bloque\w+|descadastr\w+)
parar_mensagens |
    se (?:eu|a gente) (?:quiser|quisesse|pedir|pedisse|mandar|mandasse|disser|falar|falasse|digitar|escrever|responder|bloquear)
    (?: \w+){0,3}(?: (?:parar|sair|stop|parem|pare|cancelar|bloque\w+|descadastr\w+))?|
    (?:quem|onde)(?: \w+){0,2} (?:disse|falou|inventou|tir\w+)(?: \w+){0,2} que eu (?:quero|queria|pedi|mandei)(?: \w+){0,2}
     (?:parar|sair|cancelar|bloque\w+)|(?:voltar|voltem|volta|volte) a (?:me )?(?:receber|mand\w+|avis\w+|envi\w+|lembr\w+)|
    reativ\w+|(?<!nao )(?<!nem )(?:quero|queria|gostaria de) (?:continuar a |sim )?receber
parar_mensagens |
    (?:ninguem|quem)(?: \w+){0,3} (?:pediu|mandou|quer|quis|disse)(?: (?:para|que|pra|eu|quer|quero))* (?:parar|sair|parem|bloque\w+|cancel\w+)|
    (?:precisa|quero|carece|e para) (?:me )?(?:parar|tirar|sair|bloque\w+|remov\w+|cancel\w+)(?: \w+){0,4} nao(?= (?:viu|moc|senhor)| ,|$)|
    nao (?:cancel[ae]\w*|tire\w*|remova\w*|desativ\w+) (?:as |os |o |a |meu |minha |meus |minhas |esse |essa )*(?:mensag\w+|avisos?|
    lembretes?|contato|numero|notificac\w+|cadastro)|deix\w+ (?:ate|para|eu pagar|pagar|em aberto)|mais para o momento
parar_mensagens |
    ^par[ae]\w* nao(?= ,|$| continu)|nao pare\w* (?:as|os|de|com)|nao precisam? (?:me )?mand\w+ (?:mais )?(?:mensagem |nada )?hoje|
    (?:voce|eles|ninguem|banco|sistema) nao (?:me )?(?:mandam|manda|mandou|mandaram|enviam|enviou|enviaram|ligam|liga|ligou|respondem|responde)(?! mais)|
    grupo d[aeo]s? (?:familia|escola|igreja|trabalho|condominio|pais|whatsapp da)
parar_mensagens |
    par\w+ de (?:me )?\w+(?: \w+){0,2} (?:voce|eles|ninguem|isso) (?:nao|nunca) par(?:am|a)\b|
    par(?:a|e|em|ar|o) (?:de|com) (?:a |as |ess[ae]s? |tanta |tanto )?(?:gracas?|gracinhas?|palhacada|brincadeiras?|besteiras?|bobagens?|frescura|drama|enrol\w+|mimimi|conversa
     (?:fiada|mole)|ment\w+|rir|chorar|reclamar|sofrer|rodeio\w*|lenga lenga)(?! de (?:me )?(?:mand|lig|cham|cobr|envi|escrev))|
    nao para(?:m|va|ram)? de (?:chegar|vir|entrar|aparecer|subir|aumentar|crescer|pensar|chover|doer|piorar|chorar|trabalhar|correr|sangrar|tossir)
    (?! (?:\w+ )?(?:mensag|sms|ligac|aviso|cobranc))|
    nao (?:paro|parei|paramos|consigo parar|da para parar) de \w+|par\w+ (?:de|com) (?:isso|ess[ae]s? (?:historia|conversa|papo|assunto|coisa)s?) de
     (?:desconto|parcel\w+|juros?|boleto|acordo|pix|divida|entrada|oferta|proposta|numero|codigo|opcao|opcoes)|
    (?:dou|pago|ofereco|tenho|dava|fecho|topo|aceito|quito|consigo|pagaria)(?: (?!nao\b)\w+){1,6} (?:e (?:ai )?)(?:voce |a gente )?(?:me )?(?:esquec\w+|some\w*|sumam|larg\w+|deix\w+|apag\w+)
    (?: (?!mensag)\w+){0,5}
parar_mensagens |
    (?:telefone|celular|numero|chip|whatsapp|aparelho|email)(?: \w+){0,2} par(?:ou|a) de (?:receber|chegar|funcionar)|
    (?:pode|podem|fiquem? a vontade para) (?:me )?(?:perturb|incomod|cobr|lembr|cham|lig|escrev)\w+ (?:\w+ ){0,2}(?:a vontade|sempre|todo dia|sim)|
    (?:par\w+ de|nao) (?:me )?(?:mand|envi|lig|cham|escrev)\w+(?: \w+){0,4} (?:numero|telefone|celular|email)(?: antigo| velho| mais)? (?:e|mas|so) (?:mand|envi|us|lig|cham|escrev)\w+|
    quem nao quer(?: \w+){0,4} e (?!eu\b)\w+|(?:disseram|falaram|dizem|consta|inventaram)(?: ai)? que (?:eu )?(?:pedi|mandei|quis|quero|queria)(?: \w+){0,3}|
    sair d(?:o|a|esse|essa) (?:vermelho|divida|buraco|sufoco|aperto)
parar_mensagens |
    quem (?:disse|falou|escreveu|mandou) que (?:eu )?nao (?:quero|queria)|longe de (?:mim )?(?:querer|pedir|dizer)(?: que)? par\w+|
    (?:deixa|deixe) de (?:me )?(?:mandar|avisar|lembrar) nao|nao pare\w*(?= ,|$)
parar_mensagens |
    (?:pararam|parou|deixaram|deixou) de (?:me )?(?:mand|envi|avis|lig|cheg|lembr|vir|respond)\w*|
    (?:nao|nem|nunca) (?:me )?(?:mandou|mandaram|ligou|ligaram|enviou|enviaram|chamou|chamaram|avisou|avisaram|responderam|
    respondeu|procuraram|procurou)(?: mais)?(?: (?:nada|mensagem|mensagens))?|
    (?:nao|nem) (?:(?:to|tou|estou|tenho|tava|estava) )?(?:recebendo|recebi|recebido|recebia|chegou|chega|chegando|chegaram)
    (?: mais)?(?: (?:as|a|nada|mensagem|mensagens|lembrete\w*|aviso\w*|nenhum\w*|nem))*|
    mensag\w+ (?:\w+ )?nao me incomod\w+|nao me incomodo|nao me import\w+|pode\w* mandar (?:\w+ ){0,3}nao me incomod\w+
parar_mensagens |
    (?:par(?:a|e|em|ar|ou)|cancel\w+|suspend\w+|bloque\w+|desativ\w+|interromp\w+|encerr\w+) (?:de |com )?(?:gerar |calcular |correr |cobrar |
    cobrando |aumentar |subir |descontar |rodar )?(?:o |a |os |as |esse |essa |esses |essas |meu |minha |d[oae] )*(?:juros?|multas?|
    debito automatico|descont\w+|consignad\w+|boletos?|pix|cartao|acordo|parcelament\w+|compra|assinatura|plano|negativac\w+|protesto|
    processo|mora|correcao|atualizac\w+)
parar_mensagens |
    (?:pode|podem|continu(?:e|em|ar)|^continua|quero continuar|quero que continue\w*|(?<!nao )gosto de) (?:\w+ ){0,2}(?:mandando|enviando|
    a mandar|a enviar|recebendo|me avisando|receber|mandar (?:mensag|msg|aviso|lembrete)|ligar (?:sim|a qualquer))
parar_mensagens |
    (?:nao (?:me )?(?:mand|envi|recebi|cheg)\w*|nao (?:mand|envi)\w+) (?:\w+ )?(?:ainda|o boleto|o pix|o codigo|
    meu boleto|a segunda via|o link|nada ainda|o comprovante|o recibo|a carta|documento|por email|meus)
parar_mensagens |
    parar de (?:pagar|trabalhar|fumar|beber|estudar|crescer|correr|aumentar|render|subir|cobrar juros)|para (?:mim|
    eu|pagar|o dia|dia|fazer|quando|quem|que|onde|hoje|amanha)
parar_mensagens |
    nao (?:me )?(?:lig\w+|mand\w+|cham\w+|procur\w+) (?:mais )?(?:no (?:meu )?(?:trabalho|servico|emprego)|(?:de|
    na|a) (?:manha|noite|madrugada|tarde)|antes d\w*|depois d\w*|no (?:horario|fim de semana|domingo|sabado|feriado)|
    (?:aos|no) (?:domingo|sabado)s?|em horario|nesse horario|cedo|tarde|por telefone|por ligacao|
    pra minha mae|para minha mae|audio)
parar_mensagens |
    (?:exclu|apag|delet|remov|retir|tir)\w* (?:\w+ )?(?:meus dados|meu cpf|minhas informacoes|meu cadastro|
    meu nome d[oae]s? (?:serasa|spc|lista|cadastro)|meu nome|tudo que voce)
falar_com_humano |
    (?:nao|nem|num) (?:precis\w+|quero|carece|preciso de|e preciso|gostaria|necessit\w+|queria|faco questao|
    tem necessidade)(?: (?:mais|de|d|falar|conversar|com|um|uma|nenhum|nenhuma|chamar|passar|transferir|me|que|ser|
    ter|para|pra|ligar|nao|algum|o|a|atendimento|por))* (?:atendent\w*|human\w*|pessoa\w*|alguem|ninguem|gente|
    gerente|supervis\w*|operador\w*|funcionari\w*|atendimento|ligac\w+|consultor\w*)
falar_com_humano |
    se (?:mais )?(?:alguem|ninguem|voce|eles|uma pessoa) (?:\w+ )?me (?:lig|telefon|cham|procur)\w+|
    (?:prefiro|melhor|gosto mais|quero|adoro|gosto) (?:\w+ ){0,4}(?:voce mesmo|com (?:o |a |voce )?(?:robo|maquina|
    bot|assistente)|por aqui mesmo|pelo whatsapp mesmo)|sem (?:precisar |ter que |falar |passar |envolver |
    necessidade )(?:\w+ ){0,4}(?:atendent\w*|human\w*|pessoa|alguem|ninguem|gente)|(?:atendente|funcionari[oa]|
    moc[oa]|operador\w*|pessoa|gerente|humano) (?:que |me |ja |do |da |de |\w+ )?(?:falou|disse|me disse|me falou|
    prometeu|atendeu|garantiu|combinou|mandou|ligou|resolveu|foi|era|grosseir|grossa|mal|passou)|(?:voce|vc|ce|
    isso|aqui|e) (?:e |eh )?(?:um |uma )?(?:robo|humano|pessoa|gente|bot|maquina)(?: \w+)? ?\?|(?:e|eh|
    voce) (?:robo|humano|pessoa|bot|gente|maquina)|ja falei com
ameaca_juridica |
    (?:nao|nem|num|sem|jamais) (?:\w+ )?(?:vou|quero|pretendo|to|estou|irei|penso|precisa\w*|preciso|penso em|
    querendo|tenho intencao|gostaria) (?:\w+ ){0,3}(?:process\w*|acionar|advogad\w+|justica|procon|denunci\w+|
    ir (?:na|a|pra|no)|entrar|brigar|reclam\w+|ameac\w+)
ameaca_juridica |
    (?:voce|voces|eles|empresa|banco|podem?|vao|vai|serei|ser|vou ser|posso ser|sou|fui|me|ce) (?:\w+ ){0,2}(?:me |
    sou |ser )?(?:processar|processad[oa]|process[aou]\w*|acionar|na justica|pra justica|para justica|
    cham\w+ a policia)(?! voce)(?=.*(?:\?|se eu|nao pagar|nao pago|me\b|pres[oa]))|(?:oficial de justica|
    me process\w+|vai (?:pra|para|na) (?:a )?justica|processad[oa]|vira processo|policia (?:me|vem|vai|na minha)|
    ir pres[oa])
ameaca_juridica |
    (?:sou|aqui e|quem fala e) (?:\w+ )?advogad\w+|advogad\w+ (?:dele|dela|do|da|de)|processo (?:de|do|
    seletivo) (?:pagamento|acordo|compra|seletivo|negociacao)|em processo de|procon (?:ja )?(?:resolveu|me ajudou)|
    chip (?:no|do) banco central|pix (?:do|no) banco central|registrato
suspeita_golpe |
    (?:nao|nem|num|sei que nao) (?:\w+ )?(?:e|eh|acho que (?:e|seja)|parece|estou dizendo|to dizendo|desconfi\w+|
    suspeit\w+|tenho duvida|era|seja|falei|disse) (?:\w+ ){0,4}(?:golpe|fraude|falso|mentira|nao|de voce|disso|
    golpista\w*)(?! \?)(?! ne\b)
suspeita_golpe |
    (?:prova|papel|documento|comprovante)\w* (?:\w+ ){0,5}(?:liquid\w+|quit\w+|paguei|acabou|encerrad\w+|nao devo)
suspeita_golpe |
    (?:fui|fomos) (?:vitima|clonad\w+)|vitima de|cai(?:mos)? (?:num|em|no|nu) golpe|golpe (?:no|em) meu nome|
    (?:fizeram|abriram|usaram|clonaram) |de verdade (?:eu|mesmo)|(?:na|em) verdade|e verdade(?! \?)$|por seguranca|
    seguro (?:de vida|desemprego|residencial|auto|do carro|cartao|prestamista)|caixa seguradora|eu confio|
    confio em|pode confiar|pessoa (?:de verdade|real)|gente de verdade|humano de verdade|alguem de verdade|
    atendente (?:de verdade|real)|um real|reais|mil reais
nao_sou_a_pessoa |
    (?:nao sou|nao so) (?:\w+ ){0,1}(?:obrigad\w+|ladrao|ladra|caloteir\w+|trouxa|otari\w+|palhac\w+|bandid\w+|
    criminos\w+|rico|rica|milionari\w+|robo|burr\w+|idiot\w+|besta|velhac\w+|client\w+|contra|capaz|bom|boa|muito|
    de (?:dever|fugir|dar calote|mentir|ferro)|mais client\w+|cliente|eu que (?:devo|fiz|tenho|comprei)|golpista|
    banco|maquina|aposentad\w+|funcionari\w+|responsavel por|crianca)
nao_sou_a_pessoa |
    (?:falei|disse|escrevi|digitei|coloquei|mandei|paguei|apertei|cliquei|entregou|marquei)(?: \w+){0,4} (?:por engano|errado)|engano meu|foi engano meu
nao_sou_a_pessoa |
    (?:sou|so|e) eu (?:mesm[oa])|eu mesm[oa]|sou (?:eu )?(?:mesm[oa]|o titular|a titular|a pessoa)|
    pode falar (?:comigo|que sou)|numero (?:do contrato|errado d[oae] (?:boleto|contrato|conta|cpf)|da parcela)|
    valor errad\w+|data errad\w+|boleto errad\w+|conta errad\w+|cobranca errad\w+|errad\w+ (?:o|a|ess\w) (?:valor|
    data|boleto|conta|parcela)|(?:pix|deposito|transferencia|pagamento) (?:\w+ ){0,3}(?:errad\w+|engan\w+)|
    paguei errado|depositei (?:\w+ )?errad\w+
contestar_divida |
    (?:nao|nem|num) (?:to|estou|tou|vou|quero|vim|e|disse|falei|pretendo|tenho como|posso|discuto|tenho do que|
    nego|preciso|estava) (?:\w+ ){0,3}(?:negando|contest\w+|dizendo que nao|discut\w+|reclamando do valor|negar|
    falando que nao|que nao devo|question\w+|questionando|nao (?:devo|reconheco|e minha)|errad\w+)|nao nego|
    sei que (?:devo|a divida e minha|e minha|estou devendo|fiz|to devendo)|(?<!nao )(?<!num )reconheco (?:a|que|
    sim|minha|ess\w+)|(?:devo sim|eu devo|a divida e minha|fui eu (?:mesmo|sim)|e minha sim|divida e minha mesmo)
contestar_divida |
    nao (?:devo|sou|tenho) (?:pagar hoje|conseguir|demorar|poder)|nao fiz (?:o )?(?:pagamento|pix|deposito|acordo|
    ainda|a transferencia)|nao (?:usei|abri) (?:o )?(?:boleto|pdf|arquivo|link|codigo|pix)|nao (?:assinei|
    recebi) (?:o )?(?:acordo|boleto|contrato do acordo|pix)|nao pedi (?:boleto|desconto|parcelamento|prazo|
    pra parar|atendente|isso|para)|nao e (?:minha|meu) (?:culpa|intencao|problema|caso|dia|vontade|nome|numero|
    telefone|celular|whatsapp|cpf)|nao e meu (?:nome|numero|telefone|celular)|nao tenho conta (?:em|no|
    de) (?:banco|nenhum)|nao tenho cartao (?:de credito|para|pra)|meu (?:nome|numero|celular|cpf) nao
vulnerabilidade |
    (?:trabalh[oa]|trabalhando|servico|emprego|plantao|enfermeir[oa]|tecnic[oa]|medic[oa]|recepcao|recepcionista|portaria|limpeza|faxina|mor[oa]|fica|perto|frente|lado|
    proximo|atras|esquina)(?: (?:d[aeo]|em|n[ao]|ao|num|perto|frente|lado|proximo|atras|plantao|um|aqui))* (?:hospital|velorio\w*|uti|abrigo|caps|defesa civil|oncolog\w+|cemiterio)|
    (?:celular|telefone|bateria|carro|moto|internet|sinal|computador|notebook|chip|aparelho|cartao)(?: \w+)? morreu|sem comer (?:carne|doce|fora|pizza|churrasco|chocolate)
nao_sou_a_pessoa |
    (?:celular|telefone|bateria|carro|moto|internet|sinal|computador|notebook|chip|aparelho|cartao|cachorr\w+|cadela|gat[oa]|passarinho|vaca|planta)(?: \w+)? (?:morreu|faleceu)
ameaca_juridica |
    (?:trabalh[oa]|trabalhando|mor[oa]|fica|perto|frente|lado|proximo|atras|esquina)(?: (?:d[aeo]|em|n[ao]|ao|num|perto|frente|lado|proximo|atras))*
     (?:tribunal|delegacia|procon|juizado|ministerio publico|defensoria|banco central)
vulnerabilidade |
    (?:voce|tu)(?: e| sao| esta| ta| estao| ficou| e que)? (?:surd|ceg|mud)[oa]s?|(?:surd|ceg|mud)[oa] de (?:tanto|raiva|odio|amor|ciume|sono|fome)|
    cego em tiroteio|(?:divida|conta|juros?|isso|trabalho|calor|voce\w*) (?:\w+ )?(?:ta|esta|vai|vao|estao|querem|quer) me mat\w+|nao (?:quero|
    vou|pretendo) (?:\w+ )?(?:sumir|desaparecer)|(?:valor|quanto|pag\w+|custa|fica|sai|desconto) (?:\w+ ){0,3}acabar com (?:tudo|isso)
vulnerabilidade |
    (?:nao|nem|num) (?:\w+ )?(?:vou|quero|to|estou|penso|pretendo|sou|e) (?:\w+ ){0,2}(?:me matar|morrer|suicid\w+|
    doente|internad\w+|de luto|depressiv\w+|com depressao|caso de)(?! mas)|morr(?:o|endo|er|i) de (?:rir|rindo|
    fome kkk|vontade|saudade|vergonha|medo|raiva|sono|amor)|morto de (?:cansad|fome|rir|vergonha)|
    me mat[ao] (?:de rir|de trabalhar|de tanto trabalhar|trabalhando)|matar (?:a|essa|logo essa|logo a|
    minha) (?:conta|divida|charada|saudade|parcela|curiosidade)|matando (?:cachorro|um leao)|enforcad[oa] (?:nas?|
    em|de|com) (?:conta|divida|juro|parcela)\w*|corda no pescoco|quem (?:morreu|matou)|carro (?:\w+ )?(?:acidente|
    batido)|hospital (?:\w+ ){0,2}(?:cobr|divida|boleto)\w*|so morto|so (?:se eu |
    que )?(?:passarem )?(?:por cima do meu cadaver)|nem morto|nem morta|morta de fome kkk|mata(?:r)? de rir
"""


_CONTINUED = re.compile(r"\n {4}")


def _lines(table: str) -> list[str]:
    """The rules of a table: what is indented goes on with the line before."""
    return [line for line in _CONTINUED.sub("", table).strip().splitlines() if line.strip()]


@lru_cache(maxsize=1)
def rules() -> tuple[tuple[str, str, Certainty, re.Pattern[str]], ...]:
    """Label, kind, certainty and pattern of every rule."""
    found: list[tuple[str, str, Certainty, re.Pattern[str]]] = []
    for line in _lines(_RULES):
        label, kind, certainty, pattern = (part.strip() for part in line.split(" |", 3))
        found.append((label, kind, "sure" if certainty == "sure" else "maybe", re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")))
    return tuple(found)


@lru_cache(maxsize=1)
def turned() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What turns a label round, whatever else is said: inside it, the sure rules of the label do not count."""
    lines = (line.split(" |", 1) for line in _lines(_TURNED))
    return tuple((label.strip(), re.compile(rf"(?<!\w)(?:{pattern.strip()})(?!\w)")) for label, pattern in lines)
